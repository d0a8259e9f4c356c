import type { PartnerUser } from '@/lib/auth/partner-user'
import { can } from '@/lib/auth/permissions'
import { disconnectConnection } from '@/lib/connections/disconnect'
import { log } from '@/lib/log'
import { createWorkSlots } from '@/lib/work-slots'
import { type WorkspaceStore, workspaceStore } from './workspace-store'

const AT_ONCE = 4
const ROUNDS = 3

export type DeleteWorkspace = 'deleted' | 'not_allowed' | 'wrong_name' | 'has_live_connections'

type Deps = { readonly store: WorkspaceStore; readonly disconnect: typeof disconnectConnection }

/**
 * Disconnects every connection, each with its one best-effort revocation, and then deletes the workspace and all that
 * belongs to it. Interrupted, it leaves the workspace with some connections disconnected, and asking again goes on.
 */
export async function deleteWorkspace(
  { partnerUser, name }: { readonly partnerUser: PartnerUser; readonly name: string },
  changes: Partial<Deps> = {},
): Promise<DeleteWorkspace> {
  const { store, disconnect } = { store: workspaceStore(), disconnect: disconnectConnection, ...changes }
  const { workspace, userId } = partnerUser
  if (!can(partnerUser.role, 'workspace.delete')) return 'not_allowed'
  if (workspace.name !== name) return 'wrong_name'
  for (let round = 0; round < ROUNDS; round += 1) {
    await disconnectAll(partnerUser, await store.liveConnections(workspace.id), disconnect)
    const deletion = await store.delete({ workspaceId: workspace.id, actorId: userId, name })
    if (deletion !== 'has_live_connections') return deletion
  }
  return 'has_live_connections'
}

async function disconnectAll(
  partnerUser: PartnerUser,
  connections: readonly string[],
  disconnect: typeof disconnectConnection,
): Promise<void> {
  const slots = createWorkSlots(AT_ONCE)
  for (const connectionId of connections) {
    if (slots.free() === 0) await slots.oneEnded()
    slots.start(connectionId, async () => {
      try {
        await disconnect({ partnerUser, connectionId })
      } catch (error) {
        // It stays live, so the deletion is refused and can be asked for again.
        log.error('A connection of a workspace to delete could not be disconnected', { connectionId, error })
      }
    })
  }
  await slots.allEnded()
}
