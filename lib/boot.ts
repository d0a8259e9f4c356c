import { EnvironmentError, env } from '@/lib/env'
import { setLogLevel } from '@/lib/log'
import { checkFigures, figures } from '@/lib/rotation/figures'

/** Stops the process when it could not do its work: better no start than one that fails at the first request. */
export function boot(): void {
  try {
    setLogLevel(env().logLevel)
    checkFigures(figures)
  } catch (error) {
    // Names of variables and rules only; anything else that can be thrown here is our own mistake and shown whole.
    const text = error instanceof EnvironmentError ? error.message : error instanceof Error ? error.stack : error
    process.stderr.write(`${text}\n`)
    process.exit(1)
  }
}
