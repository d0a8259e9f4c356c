import { log } from '@/lib/log'
import { type LineagePlace, type PurgeStore, purgeStore } from './purge-store'

/** How long things are kept. What was compacted stays as counts per day; the audit log is not purged. */
export const RETENTION = {
  /** After they expired: the page of an outcome can be opened again until then. */
  pendingAuthorizationDays: 7,
  /** After they expired. */
  sessionDays: 1,
  /** Airwallex repeats a delivery for three days; a diagnosis looks back as far as a refresh token lives. */
  webhookEventDays: 90,
  heartbeatDays: 1,
  /** After they expired. */
  signInLinkDays: 1,
  /** After they expired: until then an admin sees them and can send them again. Used and withdrawn ones have no row. */
  invitationDays: 30,
  /** As long as the browser keeps its cookie. */
  knownDeviceDays: 365,
  /** Routine rotations; repaired ones and those that ended badly stay whole. */
  lineageDays: 35,
  /** The last generations of a connection stay whole, however old: an idle one has few. */
  lineageGenerations: 50,
} as const

export type Purge = {
  readonly pendingAuthorizations: number
  readonly sessions: number
  readonly webhookEvents: number
  readonly heartbeats: number
  readonly signInLinks: number
  readonly invitations: number
  readonly knownDevices: number
  readonly rateLimits: number
  readonly rotationsCompacted: number
}

/** Deletes and compacts what is older than `RETENTION`, in small steps, until nothing is left or `signal` aborts. */
export async function purge(signal: AbortSignal, store: PurgeStore = purgeStore()): Promise<Purge> {
  const all = async (step: () => Promise<number>) => {
    let total = 0
    for (let count = -1; count !== 0 && !signal.aborted; total += count) count = await step()
    return total
  }
  const purged = {
    pendingAuthorizations: await all(() => store.deletePendingAuthorizations(RETENTION.pendingAuthorizationDays)),
    sessions: await all(() => store.deleteSessions(RETENTION.sessionDays)),
    webhookEvents: await all(() => store.deleteWebhookEvents(RETENTION.webhookEventDays)),
    heartbeats: await all(() => store.deleteHeartbeats(RETENTION.heartbeatDays)),
    signInLinks: await all(() => store.deleteSignInLinks(RETENTION.signInLinkDays)),
    invitations: await all(() => store.deleteInvitations(RETENTION.invitationDays)),
    knownDevices: await all(() => store.deleteKnownDevices(RETENTION.knownDeviceDays)),
    rateLimits: await all(() => store.deleteRateLimits()),
    rotationsCompacted: await compactAll(signal, store),
  }
  const count = Object.values(purged).reduce((sum, part) => sum + part)
  if (count > 0) log.info('Old rows were purged', { count })
  return purged
}

async function compactAll(signal: AbortSignal, store: PurgeStore): Promise<number> {
  const { lineageDays: days, lineageGenerations: keep } = RETENTION
  let after: LineagePlace | null = null
  let compacted = 0
  do {
    const step: Awaited<ReturnType<PurgeStore['compactLineage']>> = await store.compactLineage({ days, keep, after })
    compacted += step.compacted
    after = step.next
  } while (after !== null && !signal.aborted)
  return compacted
}
