import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { recordAudit } from '@/lib/audit/audit-store'
import type { Transaction } from '@/lib/db'

const NAME_LIMIT = 80

/**
 * The workspace a person starts with, in the transaction that creates the user. Someone who was invited to another
 * workspace gets none.
 */
export async function createFirstWorkspace(
  tx: Transaction,
  user: { readonly id: string; readonly name: string; readonly email: string },
): Promise<void> {
  const [invitation] = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM invitation WHERE email = ${user.email} AND expires_at > rotation_clock() LIMIT 1`
  if (invitation) return
  await insertWorkspace(tx, user.id, {
    id: uuidv7(),
    name: `${Array.from(user.name).slice(0, NAME_LIMIT).join('')}’s workspace`,
  })
}

/** A workspace with its first member, the owner, and the first entry of its log. */
export async function insertWorkspace(tx: Transaction, userId: string, workspace: { id: string; name: string }) {
  await tx.workspace.createMany({ data: workspace })
  await tx.membership.createMany({ data: { workspaceId: workspace.id, userId, role: 'owner' } })
  await recordAudit(tx, {
    workspaceId: workspace.id,
    actor: { kind: 'partner_user', userId },
    action: 'workspace.created',
    outcome: 'created',
  })
}
