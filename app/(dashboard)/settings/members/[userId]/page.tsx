import type { Metadata } from 'next'
import { forbidden, notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { viewerClock } from '@/components/shell/viewer-clock'
import { ForeignText } from '@/components/ui/foreign-text'
import { Moment } from '@/components/ui/moment'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { Section } from '@/components/ui/section'
import { SubmitButton } from '@/components/ui/submit-button'
import { TaskPage } from '@/components/ui/task-page'
import { TO_MEMBERS } from '@/components/workspaces/back'
import { WORKSPACE_NOTICES } from '@/components/workspaces/notice-copy'
import { RoleChoice } from '@/components/workspaces/role-choice'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { can, grantableRoles } from '@/lib/auth/permissions'
import { requireFresh } from '@/lib/auth/require-fresh'
import { requirePermission } from '@/lib/auth/require-permission'
import { getMember } from '@/lib/workspaces/views'
import { changeMemberRole, removeMember, transferOwnership } from '../actions'

export const metadata: Metadata = { title: 'Member' }

type Props = {
  readonly params: Promise<{ readonly userId: string }>
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function MemberPage({ params, searchParams }: Props) {
  const partnerUser = await requirePartnerUser()
  const { role, workspace } = partnerUser
  requirePermission(partnerUser, 'member.manage')
  const [member, clock, { notice }] = await Promise.all([
    getMember(workspace.id, (await params).userId),
    viewerClock(),
    searchParams,
  ])
  if (!member) notFound()
  const grantable = grantableRoles(role)
  // Those above the viewer are shown in the list, without a way here.
  if (!grantable.includes(member.role)) forbidden()
  await requireFresh(partnerUser)
  const isSelf = member.userId === partnerUser.userId
  const name = member.name || member.email || 'Unnamed member'
  const target = (
    <>
      <input type="hidden" name="workspaceId" value={workspace.id} />
      <input type="hidden" name="userId" value={member.userId} />
    </>
  )
  return (
    <TaskPage back={TO_MEMBERS} title={<ForeignText>{name}</ForeignText>}>
      <p className="mt-1 text-text-muted">
        {member.email && member.email !== name && (
          <>
            <ForeignText>{member.email}</ForeignText>,{' '}
          </>
        )}
        in <ForeignText>{workspace.name}</ForeignText> since <Moment at={member.since} clock={clock} as="day" />
      </p>
      <NoticeAlert notices={WORKSPACE_NOTICES} code={notice} className="mt-4" />
      <form action={changeMemberRole} className="mt-6">
        {target}
        <RoleChoice key={member.role} roles={grantable} chosen={member.role} />
        <SubmitButton className="mt-4" pendingLabel="Changing…">
          Change role
        </SubmitButton>
      </form>
      {can(role, 'owner.change') && !isSelf && (
        <Deed
          id="ownership"
          title="Hand over ownership"
          text="This member becomes an owner and you become an admin. Only an owner can undo this."
        >
          <form action={transferOwnership}>
            {target}
            <SubmitButton variant="secondary" pendingLabel="Handing over…">
              Hand over ownership
            </SubmitButton>
          </form>
        </Deed>
      )}
      {!isSelf && (
        <Deed
          id="remove"
          title="Remove"
          text="They lose access with their next click, in every browser. Accounts they connected stay connected. Invitations they sent are withdrawn."
        >
          <form action={removeMember}>
            {target}
            <SubmitButton variant="danger" pendingLabel="Removing…">
              Remove from workspace
            </SubmitButton>
          </form>
        </Deed>
      )}
    </TaskPage>
  )
}

type DeedProps = { readonly id: string; readonly title: string; readonly text: string; readonly children: ReactNode }

function Deed({ id, title, text, children }: DeedProps) {
  return (
    <Section id={id} title={title} className="mt-10">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 pt-4">
        <p className="min-w-0 flex-1 basis-72 text-text-muted">{text}</p>
        {children}
      </div>
    </Section>
  )
}
