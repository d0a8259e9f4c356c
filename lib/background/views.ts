import 'server-only'
import { type Db, db as sharedDb } from '@/lib/db'

// What all workspaces share: the processes that do background work, and the breaker of the token endpoint.

export type WorkerView = {
  readonly id: string
  /** Host and process id. */
  readonly process: string
  readonly version: string
  readonly startedAt: Date
  readonly lastSeenAt: Date
  readonly state: 'running' | 'ended' | 'silent'
}

/** Who was seen lately, the latest first. Judged by the database's clock. */
export function listWorkers(limit: number, db: Db = sharedDb()) {
  return db.$queryRaw<WorkerView[]>`
    SELECT id, process, version, started_at AS "startedAt", last_seen_at AS "lastSeenAt",
      CASE WHEN stopped_at IS NOT NULL THEN 'ended'
        WHEN last_seen_at > (SELECT rotation_clock()) - interval '1 minute' THEN 'running' ELSE 'silent' END AS "state"
    FROM worker_heartbeat ORDER BY last_seen_at DESC LIMIT ${limit}`
}

export type BreakerView = {
  readonly state: 'closed' | 'open' | 'half_open'
  readonly reason: 'upstream' | 'client_refused' | null
  /** Null where it was never anything but closed. */
  readonly since: Date | null
  /** While open: when it is next asked whether Airwallex answers. */
  readonly canaryAt: Date | null
  /** While half open: whether its one request is being made. */
  readonly isTrying: boolean
  /** Connections that failed lately, while closed. */
  readonly failing: number
}

type BreakerRow = {
  readonly state: BreakerView['state']
  readonly reason: BreakerView['reason']
  readonly since: Date
  readonly canaryAt: Date | null
  readonly slotUntil: Date | null
  readonly failing: number
  readonly now: Date
}

export async function getBreaker(db: Db = sharedDb()): Promise<BreakerView> {
  const [row] = await db.$queryRaw<BreakerRow[]>`
    SELECT state, reason, since, canary_at AS "canaryAt", slot_until AS "slotUntil",
      jsonb_array_length(failures) AS "failing", rotation_clock() AS "now"
    FROM breaker WHERE id = 1`
  if (!row) return { state: 'closed', reason: null, since: null, canaryAt: null, isTrying: false, failing: 0 }
  const { state, reason, since, canaryAt, slotUntil, failing, now } = row
  const isTrying = slotUntil !== null && slotUntil > now
  return { state, reason, since, canaryAt, isTrying: state === 'half_open' && isTrying, failing }
}

/** A failover or a point-in-time recovery. `recoveredTo` is null where the server did not tell it. */
export type TimelineChange = { readonly noticedAt: Date; readonly recoveredTo: Date | null }

/** The last change of the database's timeline, for as long as connections may fail because of it. */
export async function getTimelineChange(db: Db = sharedDb()): Promise<TimelineChange | null> {
  const [change] = await db.$queryRaw<TimelineChange[]>`
    SELECT timeline_changed_at AS "noticedAt", recovered_to AS "recoveredTo" FROM deployment
    WHERE id = 1 AND timeline_changed_at > (SELECT rotation_clock()) - interval '30 days'`
  return change ?? null
}
