import 'server-only'
import { acrossWorkspaces, type Db, Prisma, db as sharedDb } from '@/lib/db'
import { interval } from '@/lib/rotation/sql/credential-sql'

/** The instant as PostgreSQL writes it: a Date would lose its microseconds. */
export type LineagePlace = { readonly committedAt: string; readonly id: string }

export type CompactionStep = {
  /** Where the next step begins; null when this was the last. */
  readonly next: LineagePlace | null
  readonly compacted: number
}

export type PurgeStore = ReturnType<typeof purgeStore>

const BATCH = 2_000
const DAY_MS = 24 * 3_600_000

// Each statement deletes a bounded number of rows, so that none holds locks for long or meets its time limit.

export function purgeStore(db: Db = sharedDb()) {
  const older = (column: string, days: number) =>
    Prisma.sql`${Prisma.raw(column)} < (SELECT rotation_clock()) - ${interval(days * DAY_MS)}`

  return {
    deletePendingAuthorizations: (days: number) =>
      acrossWorkspaces(
        db,
        (tx) => tx.$executeRaw`
      DELETE FROM pending_authorization WHERE id IN
        (SELECT id FROM pending_authorization WHERE ${older('expires_at', days)} ORDER BY expires_at LIMIT ${BATCH})`,
      ),

    deleteSessions: (days: number) => db.$executeRaw`
      DELETE FROM session WHERE id IN (SELECT id FROM session WHERE ${older('expires', days)} LIMIT ${BATCH})`,

    /** An event that still waits to be handled stays. */
    deleteWebhookEvents: (days: number) => db.$executeRaw`
      DELETE FROM webhook_event WHERE id IN (SELECT id FROM webhook_event
        WHERE ${older('received_at', days)} AND handled_at IS NOT NULL ORDER BY received_at LIMIT ${BATCH})`,

    deleteHeartbeats: (days: number) => db.$executeRaw`
      DELETE FROM worker_heartbeat WHERE id IN (SELECT id FROM worker_heartbeat
        WHERE ${older('last_seen_at', days)} ORDER BY last_seen_at LIMIT ${BATCH})`,

    deleteSignInLinks: (days: number) => db.$executeRaw`
      DELETE FROM sign_in_link WHERE id IN
        (SELECT id FROM sign_in_link WHERE ${older('expires_at', days)} ORDER BY expires_at LIMIT ${BATCH})`,

    /** One that is sent again at this moment stays: its end has moved. */
    deleteInvitations: (days: number) =>
      acrossWorkspaces(
        db,
        (tx) => tx.$executeRaw`
      DELETE FROM invitation WHERE id IN (SELECT id FROM invitation
        WHERE ${older('expires_at', days)} ORDER BY expires_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
      ),

    deleteKnownDevices: (days: number) => db.$executeRaw`
      DELETE FROM known_device WHERE (user_id, cookie_digest) IN (SELECT user_id, cookie_digest FROM known_device
        WHERE ${older('last_used_at', days)} ORDER BY last_used_at LIMIT ${BATCH})`,

    /** Windows that are over. One that begins anew at this moment stays: its end has moved. */
    deleteRateLimits: () => db.$executeRaw`
      DELETE FROM rate_limit WHERE (bucket, key) IN (SELECT bucket, key FROM rate_limit
        WHERE ends_at < (SELECT rotation_clock()) ORDER BY ends_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,

    /**
     * Looks at the next rows of the lineage that are older than `days` and replaces those that are routine, and not
     * among the last `keep` generations of their connection, by counts per day. In one statement: no row is ever
     * missing from both, and two that run at once count none twice.
     */
    async compactLineage(args: {
      readonly days: number
      readonly keep: number
      readonly after: LineagePlace | null
    }): Promise<CompactionStep> {
      const { days, keep, after } = args
      const [row] = await acrossWorkspaces(
        db,
        (tx) => tx.$queryRaw<({ seen: number; compacted: number } & LineagePlace)[]>`
        WITH seen AS (
          SELECT r.id, r.committed_at, r.workspace_id, r.connection_id, r.generation, r.outcome, r.repairs
          FROM rotation r WHERE ${older('r.committed_at', days)}
            ${after ? Prisma.sql`AND (r.committed_at, r.id) > (${after.committedAt}::timestamptz, ${after.id}::uuid)` : Prisma.empty}
          ORDER BY r.committed_at, r.id LIMIT ${BATCH}),
        old AS (
          DELETE FROM rotation AS r USING seen JOIN credential c
            ON c.connection_id = seen.connection_id AND c.workspace_id = seen.workspace_id
          WHERE r.id = seen.id AND seen.outcome = 'rotated' AND seen.repairs = 0 AND seen.generation <= c.generation - ${keep}
          RETURNING r.workspace_id, r.connection_id, (r.committed_at AT TIME ZONE 'UTC')::date AS day, r.cause, r.outcome,
            r.repairs),
        counted AS (
          INSERT INTO rotation_day AS d (workspace_id, connection_id, day, cause, outcome, rotations, repairs)
          SELECT workspace_id, connection_id, day, cause, outcome, count(*)::int, sum(repairs)::int FROM old
          GROUP BY 1, 2, 3, 4, 5
          ON CONFLICT (workspace_id, connection_id, day, cause, outcome)
          DO UPDATE SET rotations = d.rotations + EXCLUDED.rotations, repairs = d.repairs + EXCLUDED.repairs)
        SELECT (SELECT count(*)::int FROM seen) AS "seen", (SELECT count(*)::int FROM old) AS "compacted",
          last.committed_at::text AS "committedAt", last.id
        FROM (SELECT committed_at, id FROM seen ORDER BY committed_at DESC, id DESC LIMIT 1) AS last`,
      )
      if (!row) return { next: null, compacted: 0 }
      const { seen, compacted, committedAt, id } = row
      return { next: seen < BATCH ? null : { committedAt, id }, compacted }
    },
  }
}
