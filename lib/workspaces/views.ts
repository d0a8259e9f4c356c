import 'server-only'
import { senderMayInvite } from '@/lib/auth/invitation-sender-sql'
import type { Role } from '@/lib/auth/permissions'
import { type Db, forUser, inWorkspace, db as sharedDb } from '@/lib/db'
import { isId } from '@/lib/ids'

// What pages may read. All but the first carry the workspace of the partner user.

const MEMBER_LIMIT = 500

export type OwnWorkspace = { readonly id: string; readonly name: string; readonly role: Role }

/** The workspaces that someone is a member of, by name. */
export function listOwnWorkspaces(userId: string, db: Db = sharedDb()): Promise<readonly OwnWorkspace[]> {
  return forUser(
    db,
    userId,
    (tx) => tx.$queryRaw<OwnWorkspace[]>`
      SELECT w.id, w.name, m.role::text AS role FROM membership m JOIN workspace w ON w.id = m.workspace_id
      WHERE m.user_id = ${userId}::uuid ORDER BY lower(w.name), w.id`,
  )
}

export type Member = {
  readonly userId: string
  readonly name: string | null
  readonly email: string | null
  readonly role: Role
  readonly since: Date
}

/** The members, owners first; of a workspace with more than 500 the first of them. */
export function listMembers(workspaceId: string, db: Db = sharedDb()): Promise<readonly Member[]> {
  return inWorkspace(
    db,
    workspaceId,
    (tx) => tx.$queryRaw<Member[]>`
      SELECT m.user_id AS "userId", u.name, u.email, m.role::text AS role, m.created_at AS since
      FROM membership m JOIN partner_user u ON u.id = m.user_id
      WHERE m.workspace_id = ${workspaceId}::uuid
      ORDER BY m.role, lower(COALESCE(u.name, u.email)), m.user_id LIMIT ${MEMBER_LIMIT}`,
  )
}

/** Null for someone who is not a member, here or anywhere. */
export async function getMember(workspaceId: string, userId: string, db: Db = sharedDb()): Promise<Member | null> {
  if (!isId(userId)) return null
  const [member] = await inWorkspace(
    db,
    workspaceId,
    (tx) => tx.$queryRaw<Member[]>`
      SELECT m.user_id AS "userId", u.name, u.email, m.role::text AS role, m.created_at AS since
      FROM membership m JOIN partner_user u ON u.id = m.user_id
      WHERE m.workspace_id = ${workspaceId}::uuid AND m.user_id = ${userId}::uuid`,
  )
  return member ?? null
}

export type Invitation = {
  readonly id: string
  readonly email: string
  readonly role: Role
  readonly expiresAt: Date
  readonly isExpired: boolean
  /** Whether the one who sent it could still send it; without that no one can accept it. */
  readonly isSenderAllowed: boolean
  /** Null if the inviting person is gone. */
  readonly invitedBy: string | null
}

/** Invitations that no one has accepted, the newest first. */
export function listInvitations(workspaceId: string, db: Db = sharedDb()): Promise<readonly Invitation[]> {
  return inWorkspace(
    db,
    workspaceId,
    (tx) => tx.$queryRaw<Invitation[]>`
      SELECT i.id, i.email, i.role::text AS role, i.expires_at AS "expiresAt",
        i.expires_at <= rotation_clock() AS "isExpired", ${senderMayInvite} AS "isSenderAllowed",
        COALESCE(u.name, u.email) AS "invitedBy"
      FROM invitation i LEFT JOIN partner_user u ON u.id = i.invited_by_id
      WHERE i.workspace_id = ${workspaceId}::uuid ORDER BY i.created_at DESC, i.id`,
  )
}

export type WorkspaceContents = { readonly members: number; readonly connections: number; readonly live: number }

/** How much a workspace holds; `live` connections still have a grant. */
export async function countContents(workspaceId: string, db: Db = sharedDb()): Promise<WorkspaceContents> {
  const [counts] = await inWorkspace(
    db,
    workspaceId,
    (tx) => tx.$queryRaw<WorkspaceContents[]>`
      SELECT (SELECT count(*)::int FROM membership WHERE workspace_id = ${workspaceId}::uuid) AS members,
        (SELECT count(*)::int FROM connection WHERE workspace_id = ${workspaceId}::uuid) AS connections,
        (SELECT count(*)::int FROM credential WHERE workspace_id = ${workspaceId}::uuid
          AND status <> 'disconnected') AS live`,
  )
  return counts ?? { members: 0, connections: 0, live: 0 }
}
