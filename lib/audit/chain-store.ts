import 'server-only'
import { acrossWorkspaces, type Db, Prisma, db as sharedDb } from '@/lib/db'
import { type ChainedRow, chainOf, GENESIS } from './chain'

// What the verifier reads: every chain of the deployment, in pieces.

export type StoredRow = ChainedRow & { readonly hash: string }
export type ChainHead = { readonly sequence: number; readonly hash: string }

const BATCH = 1_000

export type ChainStore = ReturnType<typeof chainStore>

export function chainStore(db: Db = sharedDb()) {
  return {
    /** Workspaces with a log, and null for the deployment's own chain; also those of which only the head, or only rows are left. */
    chains: async (): Promise<(string | null)[]> => {
      const rows = await acrossWorkspaces(
        db,
        (tx) => tx.$queryRaw<{ id: string | null }[]>`
          SELECT id FROM workspace UNION SELECT nullif(chain, ${chainOf(null)}::uuid) FROM audit_head UNION SELECT NULL
          ORDER BY id NULLS FIRST`,
      )
      return rows.map(({ id }) => id)
    },

    /** Where the chain ends by its head; a chain without one has no entry yet. */
    async head(workspaceId: string | null): Promise<ChainHead> {
      const [row] = await db.$queryRaw<ChainHead[]>`
        SELECT sequence, encode(hash, 'hex') AS hash FROM audit_head WHERE chain = ${chainOf(workspaceId)}::uuid`
      return row ?? { sequence: 0, hash: GENESIS }
    },

    /** How many entries are from before there were chains. */
    async before(workspaceId: string | null): Promise<number> {
      const [row] = await acrossWorkspaces(
        db,
        (tx) => tx.$queryRaw<{ count: number }[]>`
          SELECT count(*)::int AS count FROM audit_event
          WHERE workspace_id IS NOT DISTINCT FROM ${workspaceId}::uuid AND sequence <= 0`,
      )
      return row?.count ?? 0
    },

    /** The chain from its first entry on, a thousand at a time. */
    async *rows(workspaceId: string | null): AsyncGenerator<StoredRow> {
      for (let after = 0; ; ) {
        const batch = await read(db, workspaceId, after)
        yield* batch
        const last = batch.at(-1)
        if (!last || batch.length < BATCH) return
        after = last.sequence
      }
    },

    /** Where a chain that was erased with its workspace had ended, by the deployment's chain. */
    async erased(workspaceId: string): Promise<{ sequence: number; hash: string; tombstone: number } | null> {
      const [row] = await acrossWorkspaces(
        db,
        (tx) => tx.$queryRaw<{ sequence: number; hash: string; tombstone: number }[]>`
          SELECT (detail->>'entries')::int AS sequence, coalesce(detail->>'head', '') AS hash, sequence AS tombstone
          FROM audit_event WHERE workspace_id IS NULL AND action = 'workspace.deleted'
            AND detail->>'workspaceId' = ${workspaceId} LIMIT 1`,
      )
      return row ?? null
    },
  }
}

// One statement for workspaces and one for none: `IS NOT DISTINCT FROM` uses no index.
const read = (db: Db, workspaceId: string | null, after: number) =>
  acrossWorkspaces(db, (tx) =>
    workspaceId === null
      ? tx.$queryRaw<StoredRow[]>`
          SELECT ${columns} FROM audit_event WHERE workspace_id IS NULL AND sequence > ${after}
          ORDER BY sequence LIMIT ${BATCH}`
      : tx.$queryRaw<StoredRow[]>`
          SELECT ${columns} FROM audit_event WHERE workspace_id = ${workspaceId}::uuid AND sequence > ${after}
          ORDER BY sequence LIMIT ${BATCH}`,
  )

const columns = Prisma.sql`
  id::text, workspace_id::text AS "workspaceId", sequence,
  to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, actor_kind AS "actorKind",
  actor_user_id::text AS "actorUserId", actor_name AS "actorName", action, connection_id::text AS "connectionId",
  subject_user_id::text AS "subjectUserId", subject_name AS "subjectName", origin_address AS "originAddress",
  origin_device AS "originDevice", outcome, detail, encode(hash, 'hex') AS hash`
