import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { unfitness } from './database-role'
import { type DeploymentStore, deploymentStore } from './deployment-store'

/** This process must not work on this database. The message names the rule and holds no value of the environment. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError'
}

export type DeploymentCheck =
  | { readonly kind: 'same' }
  /** The first process of this deployment has written down which database it is. */
  | { readonly kind: 'registered' }
  /** A copy of another database: its grants are used elsewhere, so nothing of them is sent until it is lifted. */
  | { readonly kind: 'quarantined'; readonly connections: number }

export type DatabaseFacts = {
  readonly systemIdentifier: string | null
  readonly databaseOid: string
  readonly synchronousCommit: string
}

/**
 * Boot check of web and worker (docs/rotation.md, F33): on a copy of the database, made by a clone or by a restore into
 * another server, every active credential is quarantined before anything can be sent.
 * @throws {DeploymentError} when the role of DATABASE_URL may too much, acknowledged commits may be forgotten, or the
 *   database is another environment's.
 */
export async function checkDeployment(
  environment: string = env().airwallex.environment,
  store: DeploymentStore = deploymentStore(),
): Promise<DeploymentCheck> {
  const unfit = unfitness(await store.databaseRole())
  if (unfit) throw new DeploymentError(unfit)
  const facts = await store.databaseFacts()
  if (facts.synchronousCommit === 'off') {
    throw new DeploymentError('The database runs with synchronous_commit=off and would forget stored tokens in a crash')
  }
  const identity = identityOf(facts)
  const known = await store.register(environment, identity)
  if (known === null) return { kind: 'registered' }
  if (known.environment !== environment) {
    throw new DeploymentError(`The database belongs to the environment ${known.environment}, not ${environment}`)
  }
  if (isSameDatabase(known.systemIdentity, identity)) return { kind: 'same' }
  const connections = await store.quarantineCopy(known.systemIdentity, identity)
  if (connections === null) return { kind: 'same' }
  log.error('This database is a copy: its connections are quarantined until somebody lifts it', { count: connections })
  return { kind: 'quarantined', connections }
}

const PATIENCE_MS = 30_000
const RETRY_MS = 1_000

/** The same, for a process that may start before its database does. */
export async function checkDeploymentAtBoot(): Promise<DeploymentCheck> {
  for (const endsAt = performance.now() + PATIENCE_MS; ; ) {
    try {
      return await checkDeployment()
    } catch (error) {
      if (error instanceof DeploymentError || performance.now() >= endsAt) throw error
      log.warn('The database could not be asked which one it is', { error })
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

const UNREADABLE = '?'

/** `system identifier/database oid`; `?` where the server does not tell its identifier. */
export function identityOf({ systemIdentifier, databaseOid }: DatabaseFacts): string {
  return `${systemIdentifier ?? UNREADABLE}/${databaseOid}`
}

/**
 * A clone in the same server has another oid; a restore elsewhere another identifier too. A replica that takes over
 * keeps both. Where one of two identifiers is unreadable only the oids can tell, and a difference in what a role may
 * read must not stop a deployment.
 */
export function isSameDatabase(one: string, other: string): boolean {
  const [identifier = '', oid] = one.split('/')
  const [otherIdentifier = '', otherOid] = other.split('/')
  if (oid !== otherOid) return false
  return identifier === otherIdentifier || identifier === UNREADABLE || otherIdentifier === UNREADABLE
}
