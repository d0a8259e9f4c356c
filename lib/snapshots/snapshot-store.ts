import 'server-only'
import { type Db, inWorkspace, db as sharedDb } from '@/lib/db'
import type { ConnectionKey } from '@/lib/rotation/row/row'
import type { Snapshot, SnapshotFailure, SnapshotKind } from './kinds'

/** Two looks at the same thing within this time are one: pages, tabs and replicas ask together. */
export const ATTEMPT_SPACING_SECONDS = 5

export type SnapshotStore = ReturnType<typeof snapshotStore>

export function snapshotStore(db: Db = sharedDb()) {
  return {
    async read({ workspaceId, connectionId }: ConnectionKey, kind: SnapshotKind): Promise<Snapshot | null> {
      const row = await inWorkspace(db, workspaceId, (tx) =>
        tx.snapshot.findFirst({ where: { workspaceId, connectionId, kind } }),
      )
      return row && { ...row, failure: row.failure as SnapshotFailure | null }
    },

    /** Takes the turn to fetch; false where someone took it a moment ago, or where there is no such connection. */
    async begin({ workspaceId, connectionId }: ConnectionKey, kind: SnapshotKind): Promise<boolean> {
      const taken = await inWorkspace(
        db,
        workspaceId,
        (tx) => tx.$executeRaw`
        INSERT INTO snapshot AS s (workspace_id, connection_id, kind, attempted_at)
        SELECT n.workspace_id, n.id, ${kind}, rotation_clock() FROM connection n
        WHERE n.id = ${connectionId}::uuid AND n.workspace_id = ${workspaceId}::uuid
        ON CONFLICT (connection_id, kind) DO UPDATE SET attempted_at = rotation_clock()
        WHERE s.attempted_at <= rotation_clock() - ${ATTEMPT_SPACING_SECONDS}::int * interval '1 second'`,
      )
      return taken === 1
    },

    async saveData({ workspaceId, connectionId }: ConnectionKey, kind: SnapshotKind, data: object): Promise<void> {
      await inWorkspace(
        db,
        workspaceId,
        (tx) => tx.$executeRaw`
        UPDATE snapshot SET data = ${JSON.stringify(data)}::jsonb, fetched_at = rotation_clock(), failure = NULL
        WHERE connection_id = ${connectionId}::uuid AND workspace_id = ${workspaceId}::uuid AND kind = ${kind}`,
      )
    },

    /** Keeps the data that is there, and says nothing where a later try has brought some. */
    async saveFailure(key: ConnectionKey, kind: SnapshotKind, failure: SnapshotFailure): Promise<void> {
      await inWorkspace(
        db,
        key.workspaceId,
        (tx) => tx.$executeRaw`
        UPDATE snapshot SET failure = ${failure}
        WHERE connection_id = ${key.connectionId}::uuid AND workspace_id = ${key.workspaceId}::uuid AND kind = ${kind}
          AND (fetched_at IS NULL OR fetched_at <= attempted_at)`,
      )
    },
  }
}
