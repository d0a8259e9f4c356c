import './dotenv.mjs'
import { setTimeout } from 'node:timers/promises'
import { databaseProblem } from '@/lib/deployment/database-problem'
import { DeploymentError } from '@/lib/deployment/identity'
import { EnvironmentError } from '@/lib/env'
import { KeyMismatchError } from '@/lib/keys/key-record'
import { TokenKeysError } from '@/lib/vault/keyring'

// What the commands of package.json that a person types have in common: .env, sentences instead of stacks, exit codes.

/** Not done, for a reason that the person at the command line can read. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: number
  constructor(message: string, exitCode = 1, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** As of a program that SIGPIPE ended: what was not read is not known to be whole. */
const READER_GONE = 141

/** Runs a command to its end and sets the exit code. */
export async function runCommand(work: () => Promise<number>): Promise<void> {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') return
    process.stderr.write('The output was not read to its end.\n')
    process.exit(READER_GONE)
  })
  try {
    process.exitCode = await work()
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n`)
    process.exitCode = error instanceof CommandError ? error.exitCode : 1
  }
  // A write that fails says so after this turn.
  await setTimeout(0)
}

function sentence(error: unknown): string {
  const own = [CommandError, EnvironmentError, TokenKeysError, KeyMismatchError, DeploymentError]
  if (own.some((kind) => error instanceof kind)) return (error as Error).message.trimEnd()
  const { kind, message } = databaseProblem(error)
  if (kind !== 'unknown') return `DATABASE_URL ${message}.`
  // Messages of the database can repeat a statement's values; its class and code cannot.
  const { code } = Object(error) as { code?: unknown }
  return `Stopped by an error (${[error instanceof Error ? error.name : typeof error, code].filter(Boolean).join(' ')}).`
}
