import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import type { Db } from '@/lib/db'

type Transaction = Pick<Db, '$queryRaw' | 'membership' | 'workspace'>

const NAME_LIMIT = 80

/**
 * Gives a user without any membership a workspace of their own. Safe to repeat and to run twice at once: the user's row
 * is held until the transaction ends.
 */
export async function ensureWorkspace(on: Transaction, user: { id: string; name: string }): Promise<void> {
  await on.$queryRaw`SELECT id FROM partner_user WHERE id = ${user.id}::uuid FOR UPDATE`
  if ((await on.membership.count({ where: { userId: user.id } })) > 0) return
  const id = uuidv7()
  await on.workspace.create({
    data: { id, name: `${Array.from(user.name).slice(0, NAME_LIMIT).join('')}’s workspace` },
  })
  await on.membership.create({ data: { workspaceId: id, userId: user.id, role: 'owner' } })
}
