import 'server-only'
import { db, inWorkspace } from '@/lib/db'
import { isId } from '@/lib/ids'
import type { ConnectionKey } from '@/lib/rotation/row/row'

/** What was granted to a connection last; null for an absent one and for another workspace's alike. */
export async function findScopes({ workspaceId, connectionId }: ConnectionKey): Promise<readonly string[] | null> {
  if (!isId(connectionId)) return null
  const found = await inWorkspace(db(), workspaceId, (tx) =>
    tx.connection.findFirst({ where: { id: connectionId, workspaceId }, select: { grantedScopes: true } }),
  )
  return found?.grantedScopes ?? null
}
