import type { Metadata } from 'next'
import { ForeignText } from '@/components/ui/foreign-text'
import { TaskPage } from '@/components/ui/task-page'
import { TO_MEMBERS } from '@/components/workspaces/back'
import { InviteForm } from '@/components/workspaces/invite-form'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { grantableRoles } from '@/lib/auth/permissions'
import { requireFresh } from '@/lib/auth/require-fresh'
import { requirePermission } from '@/lib/auth/require-permission'
import { inviteMember } from '../actions'

export const metadata: Metadata = { title: 'Invite member' }

export default async function InvitePage() {
  const partnerUser = await requirePartnerUser()
  const { role, workspace } = partnerUser
  requirePermission(partnerUser, 'member.manage')
  await requireFresh(partnerUser)
  return (
    <TaskPage
      back={TO_MEMBERS}
      title={
        <>
          Invite a member to <ForeignText>{workspace.name}</ForeignText>
        </>
      }
    >
      <InviteForm action={inviteMember} workspaceId={workspace.id} roles={grantableRoles(role)} />
    </TaskPage>
  )
}
