import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { recordAudit } from '@/lib/audit/audit-store'
import { eraseWorkspaceAudit } from '@/lib/audit/erase-store'
import { insertWorkspace } from '@/lib/auth/first-workspace-store'
import { can, type Role } from '@/lib/auth/permissions'
import { acrossWorkspaces, type Db, inWorkspace, db as sharedDb } from '@/lib/db'

const OWNED_LIMIT = 20

export type WorkspaceCreation =
  | { readonly kind: 'created'; readonly workspaceId: string }
  | { readonly kind: 'too_many' }
export type WorkspaceDeletion =
  | 'deleted'
  | 'not_allowed'
  | 'wrong_name'
  /** Connections that were made, or brought back, since the others were disconnected. */
  | 'has_live_connections'

type Held = {
  readonly role: Role | null
  readonly live: number
  readonly connections: number
  readonly members: number
}

export type WorkspaceStore = ReturnType<typeof workspaceStore>

export function workspaceStore(db: Db = sharedDb()) {
  return {
    /** With its creator as the owner; at most 20 of one owner. */
    async create({ userId, name }: { userId: string; name: string }): Promise<WorkspaceCreation> {
      return acrossWorkspaces(db, async (tx): Promise<WorkspaceCreation> => {
        // The count is exact only while no one else counts for this user; its snapshot comes after the wait.
        await tx.$executeRaw`SELECT 1 FROM partner_user WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
        const owned = await tx.membership.count({ where: { userId, role: 'owner' } })
        if (owned >= OWNED_LIMIT) return { kind: 'too_many' }
        const id = uuidv7()
        await insertWorkspace(tx, userId, { id, name })
        return { kind: 'created', workspaceId: id }
      })
    },

    async rename({
      workspaceId,
      actorId,
      name,
    }: {
      workspaceId: string
      actorId: string
      name: string
    }): Promise<void> {
      await inWorkspace(db, workspaceId, async (tx) => {
        const { count } = await tx.workspace.updateMany({
          where: { id: workspaceId, name: { not: name } },
          data: { name },
        })
        if (count === 0) return
        await recordAudit(tx, {
          workspaceId,
          actor: { kind: 'partner_user', userId: actorId },
          subject: { name },
          action: 'workspace.renamed',
          outcome: 'renamed',
        })
      })
    },

    /** Connections that still hold, or may come to hold, a token. */
    async liveConnections(workspaceId: string): Promise<readonly string[]> {
      const rows = await db.$queryRaw<{ id: string }[]>`
        SELECT connection_id AS id FROM credential
        WHERE workspace_id = ${workspaceId}::uuid AND status <> 'disconnected'`
      return rows.map(({ id }) => id)
    },

    /**
     * Deletes the row and, by its foreign keys, everything that names it: members, invitations, connections with their
     * credentials and history, snapshots, audit. The lock keeps new connections out until it is decided; what was in
     * flight finds no row to write to. What stays is one entry of no workspace, with ids and counts.
     */
    delete(request: { workspaceId: string; actorId: string; name: string }): Promise<WorkspaceDeletion> {
      const { workspaceId, actorId, name } = request
      return acrossWorkspaces(db, async (tx): Promise<WorkspaceDeletion> => {
        const [found] = await tx.$queryRaw<{ name: string }[]>`
          SELECT name FROM workspace WHERE id = ${workspaceId}::uuid FOR UPDATE`
        // A statement of its own: it sees what was committed while the one before waited for the lock.
        const [held] = await tx.$queryRaw<Held[]>`
          SELECT (SELECT role::text FROM membership
              WHERE workspace_id = ${workspaceId}::uuid AND user_id = ${actorId}::uuid) AS role,
            (SELECT count(*)::int FROM credential
              WHERE workspace_id = ${workspaceId}::uuid AND status <> 'disconnected') AS live,
            (SELECT count(*)::int FROM connection WHERE workspace_id = ${workspaceId}::uuid) AS connections,
            (SELECT count(*)::int FROM membership WHERE workspace_id = ${workspaceId}::uuid) AS members`
        if (!found || !held?.role || !can(held.role, 'workspace.delete')) return 'not_allowed'
        if (found.name !== name) return 'wrong_name'
        if (held.live > 0) return 'has_live_connections'
        await tx.$executeRaw`DELETE FROM workspace WHERE id = ${workspaceId}::uuid`
        await eraseWorkspaceAudit(tx, workspaceId, { connections: held.connections, members: held.members })
        return 'deleted'
      })
    },
  }
}
