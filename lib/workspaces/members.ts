import type { PartnerUser } from '@/lib/auth/partner-user'
import type { Role } from '@/lib/auth/permissions'
import { isId } from '@/lib/ids'
import type { MemberRefusal } from './member-rules'
import { membershipStore } from './membership-store'

// What a partner user asks of the members of their workspace. Whether they may is decided with the workspace locked, by
// the roles of that moment, and not by those that the request began with.

type Request = { readonly partnerUser: PartnerUser; readonly userId: string }

const changeOf = ({ partnerUser, userId }: Request) => ({
  workspaceId: partnerUser.workspace.id,
  actorId: partnerUser.userId,
  userId,
})

export async function changeRole(
  request: Request & { readonly role: Role },
): Promise<MemberRefusal | 'unchanged' | 'changed'> {
  if (!isId(request.userId)) return 'not_found'
  return membershipStore().changeRole({ ...changeOf(request), role: request.role })
}

/** Leaving is removing oneself. */
export async function removeMember(request: Request): Promise<MemberRefusal | 'removed'> {
  return isId(request.userId) ? membershipStore().remove(changeOf(request)) : 'not_found'
}

export async function transferOwnership(request: Request): Promise<MemberRefusal | 'transferred'> {
  return isId(request.userId) ? membershipStore().transferOwnership(changeOf(request)) : 'not_found'
}
