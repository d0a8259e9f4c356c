/** What is fetched of an account and shown from the store. */
export const SNAPSHOT_KINDS = ['account_details', 'balances'] as const
export type SnapshotKind = (typeof SNAPSHOT_KINDS)[number]

/** Why the last try brought nothing; what was stored before is kept and shown with its time. */
export type SnapshotFailure =
  /** A permission is missing among the granted ones. */
  | 'missing_permission'
  | 'rate_limited'
  | 'unavailable'
  | 'unreadable'
  /** The access token was refused, also after a forced refresh. */
  | 'unauthorized'
  | 'reauthorization_required'
  | 'disconnected'
  | 'frozen'
  | 'quarantined'

export type Snapshot = {
  /** As stored; `stored-details.ts` reads it. Null where nothing was fetched yet. */
  readonly data: unknown
  readonly fetchedAt: Date | null
  readonly attemptedAt: Date
  readonly failure: SnapshotFailure | null
}

const FRESH_SECONDS: Readonly<Record<SnapshotKind, number>> = { account_details: 600, balances: 60 }

/** A failing read is not repeated with every page view. */
const RETRY_SECONDS = 30

/** Whether a page should ask for fresh data. */
export function isStale(kind: SnapshotKind, snapshot: Omit<Snapshot, 'data'> | null, now: Date): boolean {
  if (!snapshot) return true
  const isOlder = (instant: Date, seconds: number) => now.getTime() - instant.getTime() >= seconds * 1_000
  if (snapshot.fetchedAt && !isOlder(snapshot.fetchedAt, FRESH_SECONDS[kind])) return false
  return snapshot.failure === null || isOlder(snapshot.attemptedAt, RETRY_SECONDS)
}
