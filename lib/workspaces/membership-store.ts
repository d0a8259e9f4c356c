import 'server-only'
import type { AuditDeed, AuditEvent } from '@/lib/audit/audit'
import { recordAudit } from '@/lib/audit/audit-store'
import { grantableRoles, type Role } from '@/lib/auth/permissions'
import { type Db, inWorkspace, db as sharedDb, type Transaction } from '@/lib/db'
import { judgeRemoval, judgeRoleChange, judgeTransfer, type MemberRefusal, type Standing } from './member-rules'

/** `actorId` asks for a change of `userId`; the two are the same for someone who changes themselves or leaves. */
export type MemberChange = { readonly workspaceId: string; readonly actorId: string; readonly userId: string }

export type MembershipStore = ReturnType<typeof membershipStore>

export function membershipStore(db: Db = sharedDb()) {
  return {
    async changeRole(change: MemberChange & { readonly role: Role }): Promise<MemberRefusal | 'unchanged' | 'changed'> {
      const { workspaceId, userId, role } = change
      return inWorkspace(db, workspaceId, async (tx) => {
        const standing = await lockedStanding(tx, change)
        const judgement = judgeRoleChange(standing, role)
        if (judgement !== 'allowed') return judgement
        await setRole(tx, workspaceId, userId, role)
        await recordAudit(
          tx,
          entry(change, { action: 'member.role_changed', outcome: role }, { from: standing.member }),
        )
        return 'changed'
      })
    },

    async remove(change: MemberChange): Promise<MemberRefusal | 'removed'> {
      const { workspaceId, userId } = change
      return inWorkspace(db, workspaceId, async (tx) => {
        const standing = await lockedStanding(tx, change)
        const judgement = judgeRemoval(standing)
        if (judgement !== 'allowed') return judgement
        await tx.membership.deleteMany({ where: { workspaceId, userId } })
        await withdrawBeyond(tx, workspaceId, userId, [])
        await recordAudit(
          tx,
          entry(
            change,
            { action: standing.isSelf ? 'member.left' : 'member.removed', outcome: 'removed' },
            { from: standing.member },
          ),
        )
        return 'removed'
      })
    },

    /** The member becomes an owner and the owner an admin, both or neither. */
    async transferOwnership(change: MemberChange): Promise<Exclude<MemberRefusal, 'last_owner'> | 'transferred'> {
      const { workspaceId, actorId, userId } = change
      return inWorkspace(db, workspaceId, async (tx) => {
        const standing = await lockedStanding(tx, change)
        const judgement = judgeTransfer(standing)
        if (judgement !== 'allowed') return judgement
        await setRole(tx, workspaceId, userId, 'owner')
        await setRole(tx, workspaceId, actorId, 'admin')
        await recordAudit(
          tx,
          entry(change, { action: 'member.ownership_transferred', outcome: 'transferred' }, { from: standing.member }),
        )
        return 'transferred'
      })
    },
  }
}

/**
 * Where the two stand. Changes of one workspace's members wait for each other here: of two owners who lower each other,
 * the second finds themselves lowered, and an owner is left.
 */
async function lockedStanding(tx: Transaction, { workspaceId, actorId, userId }: MemberChange): Promise<Standing> {
  await lockWorkspace(tx, workspaceId)
  const members = await tx.$queryRaw<{ userId: string; role: Role }[]>`
    SELECT user_id AS "userId", role::text AS role FROM membership
    WHERE workspace_id = ${workspaceId}::uuid AND (role = 'owner' OR user_id IN (${actorId}::uuid, ${userId}::uuid))`
  const roleOf = (id: string) => members.find((member) => member.userId === id)?.role ?? null
  return {
    actor: roleOf(actorId),
    member: roleOf(userId),
    isSelf: actorId === userId,
    owners: members.filter(({ role }) => role === 'owner').length,
  }
}

/** Held until the transaction ends. It does not stand in the way of rows that only name the workspace. */
export async function lockWorkspace(tx: Transaction, workspaceId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM workspace WHERE id = ${workspaceId}::uuid FOR NO KEY UPDATE`
}

export async function roleOf(tx: Transaction, workspaceId: string, userId: string): Promise<Role | null> {
  const found = await tx.membership.findFirst({ where: { workspaceId, userId }, select: { role: true } })
  return found?.role ?? null
}

async function setRole(tx: Transaction, workspaceId: string, userId: string, role: Role): Promise<void> {
  await tx.membership.updateMany({ where: { workspaceId, userId }, data: { role } })
  await withdrawBeyond(tx, workspaceId, userId, grantableRoles(role))
}

/** An invitation is worth what its sender may give: those beyond it go with the role that gave them. */
async function withdrawBeyond(
  tx: Transaction,
  workspaceId: string,
  senderId: string,
  grantable: readonly Role[],
): Promise<void> {
  await tx.invitation.deleteMany({ where: { workspaceId, invitedById: senderId, role: { notIn: [...grantable] } } })
}

const entry = (
  { workspaceId, actorId, userId }: MemberChange,
  deed: AuditDeed,
  detail: Readonly<Record<string, string | null>>,
): AuditEvent => ({
  workspaceId,
  actor: { kind: 'partner_user', userId: actorId },
  subject: { userId },
  ...deed,
  detail,
})
