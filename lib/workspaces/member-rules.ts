import { can, grantableRoles, type Role } from '@/lib/auth/permissions'

// Who may change whom, judged on the memberships as they are while the workspace is locked (membership-store.ts).

export type Standing = {
  /** The one who asks; null where they are a member no more. */
  readonly actor: Role | null
  /** The one it is about; null where there is no such member. */
  readonly member: Role | null
  readonly isSelf: boolean
  readonly owners: number
}

export type MemberRefusal =
  | 'not_allowed'
  /** Absent, or a member of another workspace: the two answer alike. */
  | 'not_found'
  /** A workspace always has an owner. */
  | 'last_owner'

/** No one takes a role from someone above them, or gives one above their own: not to others and not to themselves. */
export function judgeRoleChange(standing: Standing, role: Role): MemberRefusal | 'unchanged' | 'allowed' {
  const { actor, member, owners } = standing
  const grantable = actor === null ? [] : grantableRoles(actor)
  if (grantable.length === 0) return 'not_allowed'
  if (member === null) return 'not_found'
  if (!grantable.includes(member) || !grantable.includes(role)) return 'not_allowed'
  if (member === role) return 'unchanged'
  return member === 'owner' && owners === 1 ? 'last_owner' : 'allowed'
}

/** Everyone may leave; who may manage members may remove those who are not above them. */
export function judgeRemoval({ actor, member, isSelf, owners }: Standing): MemberRefusal | 'allowed' {
  if (actor === null) return 'not_allowed'
  if (!can(actor, isSelf ? 'workspace.leave' : 'member.manage')) return 'not_allowed'
  if (member === null) return 'not_found'
  if (!isSelf && !grantableRoles(actor).includes(member)) return 'not_allowed'
  return member === 'owner' && owners === 1 ? 'last_owner' : 'allowed'
}

/** An owner hands ownership to another member and is an admin from then on. */
export function judgeTransfer({ actor, member, isSelf }: Standing): Exclude<MemberRefusal, 'last_owner'> | 'allowed' {
  if (actor !== 'owner' || !can(actor, 'owner.change') || isSelf) return 'not_allowed'
  return member === null ? 'not_found' : 'allowed'
}
