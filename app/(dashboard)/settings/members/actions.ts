'use server'

import { notFound, redirect } from 'next/navigation'
import { z } from 'zod'
import { partnerAction } from '@/lib/auth/partner-action'
import { ROLES } from '@/lib/auth/permissions'
import { mailAddress } from '@/lib/auth/sign-in-policy'
import { invite, resendInvitation as resend, withdrawInvitation as withdraw } from '@/lib/workspaces/invitations'
import { changeRole, removeMember as remove, transferOwnership as transfer } from '@/lib/workspaces/members'
import { afterMemberChange } from './after-member-change'

const target = z.object({ workspaceId: z.uuid() })
const invitation = target.extend({ invitationId: z.string() })
const member = target.extend({ userId: z.string() })
const role = z.enum(ROLES)

export const inviteMember = partnerAction(
  { permission: 'member.manage', fresh: true, input: target.extend({ email: mailAddress, role }) },
  ({ partnerUser, input: { email, role } }) => invite({ partnerUser, email, role }),
)

export const resendInvitation = partnerAction(
  { permission: 'member.manage', fresh: true, input: invitation },
  async ({ partnerUser, input: { invitationId } }) => {
    const sent = await resend({ partnerUser, invitationId })
    return sent.kind === 'not_found' ? notFound() : sent
  },
)

export const withdrawInvitation = partnerAction(
  { permission: 'member.manage', fresh: true, input: invitation },
  async ({ partnerUser, input: { invitationId } }) => {
    if (!(await withdraw({ partnerUser, invitationId }))) notFound()
    redirect('/settings/members?notice=withdrawn')
  },
)

export const changeMemberRole = partnerAction(
  { permission: 'member.manage', fresh: true, input: member.extend({ role }) },
  async ({ partnerUser, input: { userId, role } }) => {
    afterMemberChange(userId, await changeRole({ partnerUser, userId, role }))
  },
)

export const removeMember = partnerAction(
  { permission: 'member.manage', fresh: true, input: member },
  async ({ partnerUser, input: { userId } }) => {
    afterMemberChange(userId, await remove({ partnerUser, userId }))
  },
)

export const transferOwnership = partnerAction(
  { permission: 'owner.change', fresh: true, input: member },
  async ({ partnerUser, input: { userId } }) => {
    afterMemberChange(userId, await transfer({ partnerUser, userId }))
  },
)
