import { log } from '@/lib/log'
import { Client } from '@/lib/pg-client.mjs'
import { type DatabaseProblem, databaseProblem } from './database-problem'

/** A database that this process cannot work with. The message names the variable and holds nothing of its value. */
export class UnusableDatabaseError extends Error {
  override readonly name = 'UnusableDatabaseError'
  constructor(variable: string, { message }: DatabaseProblem, options?: ErrorOptions) {
    super(`${variable} ${message}`, options)
  }
}

const PATIENCE_MS = 30_000
const RETRY_MS = 1_000

/**
 * Asks a database that may start after this process does. What only a person can change ends it at once.
 * @throws {UnusableDatabaseError}
 */
export async function untilUsable<T>(variable: string, ask: () => Promise<T>): Promise<T> {
  let loggedKind = ''
  for (const endsAt = performance.now() + PATIENCE_MS; ; ) {
    try {
      return await ask()
    } catch (error) {
      if (isOwn(error)) throw error
      const problem = databaseProblem(error)
      if (problem.isPermanent || performance.now() >= endsAt) {
        throw new UnusableDatabaseError(variable, problem, { cause: error })
      }
      if (problem.kind !== loggedKind) log.warn('The database cannot be used yet', { reason: problem.kind, error })
      loggedKind = problem.kind
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

/** Our own word on a database that answered. */
const isOwn = (error: unknown) =>
  error instanceof Error && ['UnusableDatabaseError', 'DeploymentError'].includes(error.name)

/** Opens a connection outside any pool and closes it. */
export async function ping(connectionString: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } finally {
    await client.end().catch(() => undefined)
  }
}
