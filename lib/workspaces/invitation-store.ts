import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import type { AuditDeed, AuditEvent } from '@/lib/audit/audit'
import { recordAudit } from '@/lib/audit/audit-store'
import { senderMayInvite } from '@/lib/auth/invitation-sender-sql'
import { grantableRoles, type Role } from '@/lib/auth/permissions'
import { acrossWorkspaces, type Db, inWorkspace, Prisma, db as sharedDb, type Transaction } from '@/lib/db'
import { lockWorkspace, roleOf } from './membership-store'

const OPEN_LIMIT = 100
const LIFE = Prisma.sql`interval '7 days'`

type Asked = { readonly workspaceId: string; readonly actorId: string }
type Sent = { readonly kind: 'sent'; readonly email: string; readonly role: Role }

export type InvitationOutcome =
  | Sent
  | { readonly kind: 'already_member' }
  | { readonly kind: 'too_many' }
  | { readonly kind: 'not_allowed' }

export type OpenInvitation = {
  readonly workspaceId: string
  readonly workspaceName: string
  readonly role: Role
  /** Null if the inviting person is gone. */
  readonly invitedBy: string | null
}

export type InvitationStore = ReturnType<typeof invitationStore>

export function invitationStore(db: Db = sharedDb()) {
  return {
    /** For seven days. An address has one invitation to a workspace: a second replaces the first, link and all. */
    async invite(invitation: Asked & { email: string; role: Role; tokenDigest: string }): Promise<InvitationOutcome> {
      const { workspaceId, actorId, email, role, tokenDigest } = invitation
      return inWorkspace(db, workspaceId, async (tx) => {
        const grantable = await lockedGrantable(tx, invitation)
        if (!grantable.includes(role)) return { kind: 'not_allowed' }
        const [known] = await tx.$queryRaw<{ isMember: boolean; open: number; replaces: Role | null }[]>`
          SELECT EXISTS (SELECT FROM membership m JOIN partner_user u ON u.id = m.user_id
              WHERE m.workspace_id = ${workspaceId}::uuid AND u.email = ${email}) AS "isMember",
            (SELECT count(*)::int FROM invitation WHERE workspace_id = ${workspaceId}::uuid) AS open,
            (SELECT role::text FROM invitation WHERE workspace_id = ${workspaceId}::uuid AND email = ${email}) AS replaces`
        if (!known) throw new Error('A select without a table answered nothing')
        if (known.isMember) return { kind: 'already_member' }
        if (known.replaces && !grantable.includes(known.replaces)) return { kind: 'not_allowed' }
        if (!known.replaces && known.open >= OPEN_LIMIT) return { kind: 'too_many' }
        await tx.$executeRaw`
          INSERT INTO invitation (id, workspace_id, email, role, token_digest, invited_by_id, created_at, expires_at)
          VALUES (${uuidv7()}::uuid, ${workspaceId}::uuid, ${email}, ${role}::"Role", ${tokenDigest}, ${actorId}::uuid,
            rotation_clock(), rotation_clock() + ${LIFE})
          ON CONFLICT (workspace_id, email) DO UPDATE SET role = EXCLUDED.role, token_digest = EXCLUDED.token_digest,
            invited_by_id = EXCLUDED.invited_by_id, created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at`
        await recordAudit(tx, entry(invitation, { action: 'invitation.sent', outcome: role }, email))
        return { kind: 'sent', email, role }
      })
    },

    /** A new link for seven days more; the old one is worth nothing. Null where there is none that the actor may give. */
    async renew(invitation: Asked & { invitationId: string; tokenDigest: string }): Promise<Sent | null> {
      const { workspaceId, actorId, invitationId, tokenDigest } = invitation
      return inWorkspace(db, workspaceId, async (tx) => {
        const grantable = await lockedGrantable(tx, invitation)
        const [row] = await tx.$queryRaw<{ email: string; role: Role }[]>`
          UPDATE invitation SET token_digest = ${tokenDigest}, invited_by_id = ${actorId}::uuid,
            expires_at = rotation_clock() + ${LIFE}
          WHERE id = ${invitationId}::uuid AND workspace_id = ${workspaceId}::uuid AND role::text = ANY(${grantable})
          RETURNING email, role::text AS role`
        if (!row) return null
        await recordAudit(tx, entry(invitation, { action: 'invitation.renewed', outcome: row.role }, row.email))
        return { kind: 'sent', ...row }
      })
    },

    async withdraw(invitation: Asked & { invitationId: string }): Promise<boolean> {
      const { workspaceId, invitationId } = invitation
      return inWorkspace(db, workspaceId, async (tx) => {
        const grantable = await lockedGrantable(tx, invitation)
        const [row] = await tx.$queryRaw<{ email: string; role: Role }[]>`
          DELETE FROM invitation
          WHERE id = ${invitationId}::uuid AND workspace_id = ${workspaceId}::uuid AND role::text = ANY(${grantable})
          RETURNING email, role::text AS role`
        if (!row) return false
        await recordAudit(tx, entry(invitation, { action: 'invitation.withdrawn', outcome: row.role }, row.email))
        return true
      })
    },

    /** The invitation of a link, for the one it was sent to; null for everyone else and for every other link. */
    async find(link: { tokenDigest: string; userId: string }): Promise<OpenInvitation | null> {
      return acrossWorkspaces(db, async (tx) => {
        const [row] = await tx.$queryRaw<OpenInvitation[]>`
          SELECT i.workspace_id AS "workspaceId", w.name AS "workspaceName", i.role::text AS role,
            COALESCE(sender.name, sender.email) AS "invitedBy"
          FROM invitation i JOIN workspace w ON w.id = i.workspace_id JOIN partner_user u ON ${sentTo(link)}
          LEFT JOIN partner_user sender ON sender.id = i.invited_by_id`
        return row ?? null
      })
    },

    /**
     * Uses an invitation up: of two at once, or of an acceptance and a withdrawal, one finds no row. An existing
     * member keeps their role.
     */
    async accept(link: { tokenDigest: string; userId: string }): Promise<{ readonly workspaceId: string } | null> {
      const open = await this.find(link)
      if (!open) return null
      const { workspaceId } = open
      const { userId } = link
      return inWorkspace(db, workspaceId, async (tx) => {
        await lockWorkspace(tx, workspaceId)
        const [used] = await tx.$queryRaw<{ email: string; role: Role }[]>`
          DELETE FROM invitation i USING partner_user u
          WHERE i.workspace_id = ${workspaceId}::uuid AND ${sentTo(link)} RETURNING i.email, i.role::text AS role`
        if (!used) return null
        await tx.membership.createMany({ data: { workspaceId, userId, role: used.role }, skipDuplicates: true })
        const deed = { action: 'invitation.accepted', outcome: used.role } as const
        await recordAudit(tx, entry({ workspaceId, actorId: userId }, deed, used.email))
        return { workspaceId }
      })
    },
  }
}

/**
 * `u` is the user who asks, `i` an invitation of theirs: sent to the address that their provider vouches for, by someone who
 * may still send it.
 */
const sentTo = ({ tokenDigest, userId }: { tokenDigest: string; userId: string }) => Prisma.sql`
  u.id = ${userId}::uuid AND i.token_digest = ${tokenDigest} AND i.expires_at > rotation_clock()
  AND u.email = i.email AND u.email_verified IS NOT NULL AND u.disabled_at IS NULL AND ${senderMayInvite}`

async function lockedGrantable(tx: Transaction, { workspaceId, actorId }: Asked): Promise<Role[]> {
  await lockWorkspace(tx, workspaceId)
  const role = await roleOf(tx, workspaceId, actorId)
  return role === null ? [] : [...grantableRoles(role)]
}

const entry = ({ workspaceId, actorId }: Asked, deed: AuditDeed, email: string): AuditEvent => ({
  workspaceId,
  actor: { kind: 'partner_user', userId: actorId },
  subject: { name: email },
  ...deed,
})
