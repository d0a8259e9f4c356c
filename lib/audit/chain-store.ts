import 'server-only'
import { acrossWorkspaces, type Db, inWorkspace, Prisma, db as sharedDb } from '@/lib/db'
import { type ChainedRow, chainOf, GENESIS } from './chain'

// What the verifier reads: every chain of the deployment, in pieces.

export type StoredRow = ChainedRow & { readonly hash: string }
export type ChainHead = { readonly sequence: number; readonly hash: string }
/** The entries from before there were chains: how many, and SHA-256 over them in hexadecimal; null for none. */
export type Before = { readonly entries: number; readonly digest: string | null }

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

    /** Where the chain ends by its head, and what there was before it; a chain without a head has neither. */
    async head(workspaceId: string | null): Promise<ChainHead & { readonly before: Before }> {
      const [row] = await db.$queryRaw<(ChainHead & Before)[]>`
        SELECT sequence, encode(hash, 'hex') AS hash, before_entries AS entries, encode(before_digest, 'hex') AS digest
        FROM audit_head WHERE chain = ${chainOf(workspaceId)}::uuid`
      const { sequence, hash, ...before } = row ?? { sequence: 0, hash: GENESIS, entries: 0, digest: null }
      return { sequence, hash, before }
    },

    /** The entries from before the chain as they are now. The migration that recorded them digests the same text. */
    async before(workspaceId: string | null): Promise<Before> {
      const [row] = await acrossWorkspaces(
        db,
        (tx) => tx.$queryRaw<Before[]>`
          SELECT count(*)::int AS entries, encode(sha256(convert_to(string_agg(jsonb_build_array(id, workspace_id, sequence,
            extract(epoch FROM at), actor_kind, actor_user_id, actor_name, action, connection_id, subject_user_id,
            subject_name, origin_address, origin_device, outcome, detail)::text, E'\n' ORDER BY sequence), 'UTF8')), 'hex')
            AS digest
          FROM audit_event WHERE ${ofChain(workspaceId)} AND sequence <= 0`,
      )
      return row ?? { entries: 0, digest: null }
    },

    /** Whether a workspace is there, whatever the log says of it. */
    async exists(workspaceId: string): Promise<boolean> {
      return (await inWorkspace(db, workspaceId, (tx) => tx.workspace.count({ where: { id: workspaceId } }))) > 0
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
  }
}

const read = (db: Db, workspaceId: string | null, after: number) =>
  acrossWorkspaces(
    db,
    (tx) => tx.$queryRaw<StoredRow[]>`
      SELECT ${columns} FROM audit_event WHERE ${ofChain(workspaceId)} AND sequence > ${after}
      ORDER BY sequence LIMIT ${BATCH}`,
  )

// One condition for workspaces and one for none: `IS NOT DISTINCT FROM` uses no index.
const ofChain = (workspaceId: string | null) =>
  workspaceId === null ? Prisma.sql`workspace_id IS NULL` : Prisma.sql`workspace_id = ${workspaceId}::uuid`

const columns = Prisma.sql`
  id::text, workspace_id::text AS "workspaceId", sequence,
  to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, actor_kind AS "actorKind",
  actor_user_id::text AS "actorUserId", actor_name AS "actorName", action, connection_id::text AS "connectionId",
  subject_user_id::text AS "subjectUserId", subject_name AS "subjectName", origin_address AS "originAddress",
  origin_device AS "originDevice", outcome, detail, encode(hash, 'hex') AS hash`
