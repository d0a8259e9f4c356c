import 'server-only'
import { type Db, inWorkspace, db as sharedDb } from '@/lib/db'
import { isId } from '@/lib/ids'

// The history of a connection's grants, for its page. Fingerprints and tokens stay where they are.

/** One row of the lineage: a generation, or what became of an attempt that brought none. */
export type LineageEntry = {
  readonly id: string
  readonly grantNo: number
  readonly generation: number
  readonly cause: string
  readonly outcome: string
  /** Sends beyond the first that this generation took. */
  readonly repairs: number
  /** A principal or a named system cause, as stored; null for background work. */
  readonly neededBy: string | null
  /** Name of the partner user that `neededBy` means; null where it means none or they are gone. */
  readonly neededByName: string | null
  readonly process: string
  readonly sentAt: Date | null
  readonly answeredAt: Date | null
  readonly committedAt: Date
}

/** Counts of the routine renewals whose rows are no longer kept. Days are UTC's. */
export type CompactedLineage = {
  readonly renewals: number
  readonly keptAlive: number
  readonly from: Date
  readonly to: Date
}

export type Lineage = {
  /** The newest first. */
  readonly entries: readonly LineageEntry[]
  readonly compacted: CompactedLineage | null
}

export async function getLineage(
  workspaceId: string,
  connectionId: string,
  limit: number,
  db: Db = sharedDb(),
): Promise<Lineage> {
  if (!isId(connectionId)) return { entries: [], compacted: null }
  const [entries, [compacted]] = await Promise.all([
    db.$queryRaw<LineageEntry[]>`
      SELECT r.id, r.grant_no AS "grantNo", r.generation, r.cause, r.outcome, r.repairs, r.needed_by AS "neededBy",
        coalesce(nullif(u.name, ''), u.email) AS "neededByName", r.process, r.sent_at AS "sentAt",
        r.answered_at AS "answeredAt", r.committed_at AS "committedAt"
      FROM rotation r LEFT JOIN partner_user u
        ON u.id = CASE WHEN r.needed_by ~ '^partner_user:[0-9a-f-]{36}$' THEN substr(r.needed_by, 14)::uuid END
      WHERE r.workspace_id = ${workspaceId}::uuid AND r.connection_id = ${connectionId}::uuid
      ORDER BY r.committed_at DESC, r.id DESC LIMIT ${limit}`,
    inWorkspace(
      db,
      workspaceId,
      (tx) => tx.$queryRaw<(Omit<CompactedLineage, 'from' | 'to'> & { from: Date | null; to: Date | null })[]>`
      SELECT coalesce(sum(rotations), 0)::int AS "renewals",
        coalesce(sum(rotations) FILTER (WHERE cause = 'keep_alive'), 0)::int AS "keptAlive",
        min(day) AS "from", max(day) AS "to"
      FROM rotation_day WHERE workspace_id = ${workspaceId}::uuid AND connection_id = ${connectionId}::uuid`,
    ),
  ])
  const { from, to } = compacted ?? {}
  return { entries, compacted: compacted && from && to ? { ...compacted, from, to } : null }
}

/** Where a connection's refresh stands, on the database's clock; instants only. */
export type RenewalState = {
  readonly now: Date
  readonly firstSentAt: Date
  /** First send of this refresh token whose answer did not come. */
  readonly ambiguousSince: Date
  readonly sendCount: number
  readonly lateProbes: number
  readonly leaseUntil: Date | null
  readonly nextAttemptAt: Date | null
}

export type RenewalUnderWay = RenewalState & { readonly connectionId: string; readonly name: string }

/** The sent and unanswered refresh of a connection; null where there is none. */
export async function getRenewalState(
  workspaceId: string,
  connectionId: string,
  db: Db = sharedDb(),
): Promise<RenewalState | null> {
  if (!isId(connectionId)) return null
  const [row] = await db.$queryRaw<RenewalState[]>`
    SELECT rotation_clock() AS "now", first_sent_at AS "firstSentAt",
      coalesce(ambiguous_since, first_sent_at) AS "ambiguousSince", send_count AS "sendCount",
      late_probes AS "lateProbes", lease_until AS "leaseUntil", next_attempt_at AS "nextAttemptAt"
    FROM credential WHERE workspace_id = ${workspaceId}::uuid AND connection_id = ${connectionId}::uuid
      AND status = 'active' AND first_sent_at IS NOT NULL`
  return row ?? null
}

/** Every sent and unanswered refresh of a workspace, the oldest first. */
export function listRenewalsUnderWay(workspaceId: string, limit: number, db: Db = sharedDb()) {
  return inWorkspace(
    db,
    workspaceId,
    (tx) => tx.$queryRaw<RenewalUnderWay[]>`
    SELECT k.connection_id AS "connectionId", coalesce(s.data->>'displayName', k.airwallex_account_id) AS "name",
      rotation_clock() AS "now", k.first_sent_at AS "firstSentAt",
      coalesce(k.ambiguous_since, k.first_sent_at) AS "ambiguousSince", k.send_count AS "sendCount",
      k.late_probes AS "lateProbes", k.lease_until AS "leaseUntil", k.next_attempt_at AS "nextAttemptAt"
    FROM credential k LEFT JOIN snapshot s ON s.connection_id = k.connection_id AND s.workspace_id = k.workspace_id
      AND s.kind = 'account_details'
    WHERE k.workspace_id = ${workspaceId}::uuid AND k.status = 'active' AND k.first_sent_at IS NOT NULL
    ORDER BY k.first_sent_at LIMIT ${limit}`,
  )
}

/** Differs once a refresh of the connection was tried or its grant has changed: then what was read before is old. */
export async function lineageMark(workspaceId: string, connectionId: string, db: Db = sharedDb()): Promise<string> {
  const row = await db.credential.findFirst({
    where: { workspaceId, connectionId },
    select: { fence: true, grantNo: true, generation: true, status: true },
  })
  return row ? [row.grantNo, row.generation, row.fence, row.status].join(' ') : ''
}
