import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { SCHEMA_PROBLEM } from './database-problem'
import { roleProblem } from './database-role'
import { unfitSettings } from './database-settings'
import { type DeploymentStore, deploymentStore, type KnownDeployment } from './deployment-store'
import { UnusableDatabaseError, untilUsable } from './until-usable'

/** This process must not work on this database. The message names the rule and holds no secret. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError'
}

export type DeploymentCheck =
  | { readonly kind: 'same' }
  /** The first process of this deployment has written down which database it is. */
  | { readonly kind: 'registered' }
  /** A copy of another database: its grants are used elsewhere, so nothing of them is sent until it is lifted. */
  | { readonly kind: 'quarantined'; readonly connections: number }
  /** The same database after a failover or a point-in-time recovery: what it acknowledged last may be lost. */
  | { readonly kind: 'timeline_changed' }

export type DatabaseFacts = {
  readonly systemIdentifier: string | null
  readonly databaseOid: string
  readonly synchronousCommit: string
  /** Counts the server's failovers and point-in-time recoveries. Null where it does not tell. */
  readonly timeline: number | null
  /** Commit time of the last transaction that recovery brought back. Null where this server started without one. */
  readonly recoveredTo: Date | null
}

/** What a deployment's configuration says about it. */
export type Deployment = { readonly environment: string; readonly appOrigin: string }

const configured = (): Deployment => ({ environment: env().airwallex.environment, appOrigin: env().appOrigin })

/**
 * Boot check of web and worker (docs/rotation.md, F33). What is certainly a copy, by a clone or a restore elsewhere, has
 * every active credential quarantined before anything can be sent. What may be a physical copy or the database itself
 * under another address is left as it is, and this process does not start
 * (docs/adr/0032-a-copied-database.md).
 * @throws {UnusableDatabaseError} when its schema is missing or behind.
 * @throws {DeploymentError} when the role of DATABASE_URL may too much, settings of the database do not fit, acknowledged
 *   commits may be forgotten, or the database is another environment's or another address's.
 */
export async function checkDeployment(
  deployment: Deployment = configured(),
  store: DeploymentStore = deploymentStore(),
): Promise<DeploymentCheck> {
  const tooStrong = roleProblem(await store.databaseRole())
  if (tooStrong) throw new DeploymentError(tooStrong)
  if ((await store.missingMigrations()).length > 0) throw new UnusableDatabaseError('DATABASE_URL', SCHEMA_PROBLEM)
  // After the migrations, which make some of them.
  const unfit = unfitSettings(await store.databaseSettings())
  if (unfit) throw new DeploymentError(unfit)
  const facts = await store.databaseFacts()
  if (facts.synchronousCommit === 'off') {
    throw new DeploymentError('The database runs with synchronous_commit=off and would forget stored tokens in a crash')
  }
  const known = await store.register(deployment, identityOf(facts), facts.timeline)
  if (known === null) return { kind: 'registered' }
  const { environment, appOrigin } = known
  if (environment !== deployment.environment) {
    throw new DeploymentError(`The database belongs to the environment ${environment}, not ${deployment.environment}`)
  }
  const isSame = isSameDatabase(known.systemIdentity, identityOf(facts))
  if (isSame && appOrigin !== null && appOrigin !== deployment.appOrigin) {
    throw new DeploymentError(anotherAddress(appOrigin, deployment.appOrigin))
  }
  return recognize(known, facts, deployment, store)
}

const anotherAddress = (known: string, own: string) =>
  [
    `The database belongs to the deployment at ${known}, and APP_ORIGIN is ${own}. Nothing was changed or sent.`,
    'If this database is a copy: npm run quarantine -- set   (then start; its connections stay quarantined until lifted)',
    'If the deployment moved:    npm run quarantine -- move  (then start; stop what still runs at the old address)',
    'Both take APP_ORIGIN from the environment of the new deployment (docs/operations.md, "A copied database").',
  ].join('\n')

/** Distinguishes this database from a copy of it, and notices when its history took another course. */
async function recognize(
  known: KnownDeployment,
  facts: DatabaseFacts,
  { appOrigin }: Deployment,
  store: DeploymentStore,
): Promise<DeploymentCheck> {
  const identity = identityOf(facts)
  if (!isSameDatabase(known.systemIdentity, identity)) {
    const connections = await store.quarantineCopy(known.systemIdentity, { identity, appOrigin, ...facts })
    if (connections === null) return { kind: 'same' }
    log.error('This database is a copy: its connections are quarantined until someone lifts it', {
      count: connections,
    })
    return { kind: 'quarantined', connections }
  }
  if (known.appOrigin === null || (known.timeline === null && facts.timeline !== null)) {
    await store.complete(appOrigin, facts.timeline)
  }
  const { timeline, recoveredTo } = facts
  if (known.timeline === null || timeline === null || known.timeline === timeline) return { kind: 'same' }
  if (!(await store.recordTimeline(known.timeline, timeline, recoveredTo))) return { kind: 'same' }
  log.error('The database changed its timeline (failover or point-in-time recovery): its last commits may be lost', {
    timeline,
    ...(recoveredTo && { recoveredTo: recoveredTo.toISOString() }),
  })
  return { kind: 'timeline_changed' }
}

/** For a process that runs: another database, or another timeline, may take the place of the one it started with. */
export async function recheckDeployment(
  deployment: Deployment = configured(),
  store: DeploymentStore = deploymentStore(),
): Promise<DeploymentCheck> {
  const facts = await store.databaseFacts()
  const known = await store.known()
  return known ? recognize(known, facts, deployment, store) : { kind: 'same' }
}

/** The same, for a process that may start before its database does. */
export const checkDeploymentAtBoot = (): Promise<DeploymentCheck> =>
  untilUsable('DATABASE_URL', () => checkDeployment())

const UNREADABLE = '?'

/** `system identifier/database oid`; `?` where the server does not tell its identifier. */
export function identityOf({
  systemIdentifier,
  databaseOid,
}: Pick<DatabaseFacts, 'systemIdentifier' | 'databaseOid'>): string {
  return `${systemIdentifier ?? UNREADABLE}/${databaseOid}`
}

/**
 * A clone in the same server has another oid; a restore of a dump elsewhere another identifier too. A physical copy keeps
 * both, whether it is a replica that takes over or a second database. Where one of two identifiers is unreadable only the
 * oids can tell, and a difference in what a role may read must not stop a deployment.
 */
export function isSameDatabase(one: string, other: string): boolean {
  const [identifier = '', oid] = one.split('/')
  const [otherIdentifier = '', otherOid] = other.split('/')
  if (oid !== otherOid) return false
  return identifier === otherIdentifier || identifier === UNREADABLE || otherIdentifier === UNREADABLE
}
