import 'server-only'
import { type Db, db as sharedDb } from '@/lib/db'

export type WorkerState =
  | { readonly kind: 'running'; readonly workers: number; readonly lastSeenAt: Date }
  /** No sign of life for a minute. `since` is the last one; null where there never was one. */
  | { readonly kind: 'stopped'; readonly since: Date | null }

/** Whether background work runs anywhere, by the database's clock: those of web and worker need not agree. */
export async function workerState(db: Db = sharedDb()): Promise<WorkerState> {
  const [row] = await db.$queryRaw<{ workers: number; lastSeenAt: Date | null }[]>`
    SELECT count(*) FILTER (WHERE stopped_at IS NULL
        AND last_seen_at > (SELECT rotation_clock()) - interval '1 minute')::int AS "workers",
      max(last_seen_at) AS "lastSeenAt"
    FROM worker_heartbeat WHERE last_seen_at > (SELECT rotation_clock()) - interval '1 minute'
      OR id = (SELECT id FROM worker_heartbeat ORDER BY last_seen_at DESC LIMIT 1)`
  const { workers = 0, lastSeenAt = null } = row ?? {}
  return workers > 0 && lastSeenAt ? { kind: 'running', workers, lastSeenAt } : { kind: 'stopped', since: lastSeenAt }
}
