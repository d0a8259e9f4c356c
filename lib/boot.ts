import { checkDeploymentAtBoot, DeploymentError } from '@/lib/connections/deployment-identity'
import { watchDeployment } from '@/lib/connections/deployment-watch'
import { databaseDirectUrl, EnvironmentError, env } from '@/lib/env'
import { setLogLevel } from '@/lib/log'
import { checkFigures, figures } from '@/lib/rotation/figures'
import { startTellingKeys } from '@/lib/vault/key-readers'

/** Stops the process when it could not do its work: better no start than one that fails at the first request. */
export async function boot({ isWorker = false } = {}): Promise<void> {
  try {
    setLogLevel(env().logLevel)
    if (isWorker) databaseDirectUrl()
    checkFigures(figures)
    await checkDeploymentAtBoot()
    watchDeployment()
    await startTellingKeys(isWorker ? 'worker' : 'web', env().tokenKeys)
  } catch (error) {
    // Names of variables and rules only; anything else that can be thrown here is our own mistake and shown whole.
    const isTold = error instanceof EnvironmentError || error instanceof DeploymentError
    const text = isTold ? error.message : error instanceof Error ? error.stack : error
    process.stderr.write(`${text}\n`)
    process.exit(1)
  }
}
