import { Prisma } from '@/lib/db'
import { grantableRoles, ROLES } from './permissions'

const GRANTS = Prisma.join(
  ROLES.flatMap((sender) => grantableRoles(sender).map((given) => Prisma.sql`(${sender}, ${given})`)),
)

/**
 * Whether the sender of the invitation `i` could send it now: still a member, not turned off, and of a role that gives this
 * one. An invitation is worth what its sender may do when it is used, not when it was sent.
 */
export const senderMayInvite = Prisma.sql`EXISTS (
  SELECT FROM membership sm JOIN partner_user su ON su.id = sm.user_id
  WHERE sm.workspace_id = i.workspace_id AND sm.user_id = i.invited_by_id AND su.disabled_at IS NULL
    AND (sm.role::text, i.role::text) IN (${GRANTS}))`
