import type { Metadata } from 'next'
import { viewerClock } from '@/components/shell/viewer-clock'
import { ButtonLink } from '@/components/ui/button-link'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { Section } from '@/components/ui/section'
import { InvitationList } from '@/components/workspaces/invitation-list'
import { MemberList } from '@/components/workspaces/member-list'
import { WORKSPACE_NOTICES } from '@/components/workspaces/notice-copy'
import { SettingsFrame } from '@/components/workspaces/settings-frame'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { can, grantableRoles } from '@/lib/auth/permissions'
import { listInvitations, listMembers } from '@/lib/workspaces/views'
import { resendInvitation, withdrawInvitation } from './actions'

export const metadata: Metadata = { title: 'Members' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function MembersPage({ searchParams }: Props) {
  const { userId, role, workspace } = await requirePartnerUser()
  const mayManage = can(role, 'member.manage')
  const [members, invitations, clock, { notice }] = await Promise.all([
    listMembers(workspace.id),
    // Addresses of people who are not here are for those who invite.
    mayManage ? listInvitations(workspace.id) : [],
    viewerClock(),
    searchParams,
  ])
  return (
    <SettingsFrame
      current="/settings/members"
      actions={mayManage && <ButtonLink href="/settings/members/invite">Invite member</ButtonLink>}
    >
      <NoticeAlert notices={WORKSPACE_NOTICES} code={notice} className="mt-6" />
      <Section id="members" title="Members" className="mt-8">
        <MemberList members={members} viewerId={userId} grantable={grantableRoles(role)} clock={clock} />
      </Section>
      {mayManage && (
        <Section id="invitations" title="Invitations" className="mt-10">
          {invitations.length === 0 ? (
            <p className="pt-4 text-text-muted">No pending invitations.</p>
          ) : (
            <InvitationList
              invitations={invitations}
              grantable={grantableRoles(role)}
              workspaceId={workspace.id}
              clock={clock}
              resend={resendInvitation}
              withdraw={withdrawInvitation}
            />
          )}
        </Section>
      )}
    </SettingsFrame>
  )
}
