import type { Metadata } from 'next'
import { ButtonLink } from '@/components/ui/button-link'
import { ForeignText } from '@/components/ui/foreign-text'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { Section } from '@/components/ui/section'
import { NameForm } from '@/components/workspaces/name-form'
import { WORKSPACE_NOTICES } from '@/components/workspaces/notice-copy'
import { SettingsFrame } from '@/components/workspaces/settings-frame'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { can } from '@/lib/auth/permissions'
import { renameWorkspace } from './actions'

export const metadata: Metadata = { title: 'Settings' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SettingsPage({ searchParams }: Props) {
  const [{ role, workspace }, { notice }] = await Promise.all([requirePartnerUser(), searchParams])
  return (
    <SettingsFrame current="/settings">
      <NoticeAlert notices={WORKSPACE_NOTICES} code={notice} className="mt-6" />
      <Section id="name" title="Name" className="mt-8">
        <div className="max-w-96 pt-4">
          {can(role, 'workspace.rename') ? (
            <NameForm
              action={renameWorkspace}
              label="Workspace name"
              button="Rename"
              pendingLabel="Renaming…"
              variant="secondary"
              name={workspace.name}
              workspaceId={workspace.id}
            />
          ) : (
            <ForeignText>{workspace.name}</ForeignText>
          )}
        </div>
      </Section>
      <Section id="leave" title="Leave" className="mt-10">
        <Choice href="/settings/leave" action="Leave workspace">
          You lose access to everything in this workspace. Its connections keep working.
        </Choice>
      </Section>
      {can(role, 'workspace.delete') && (
        <Section id="delete" title="Delete" className="mt-10">
          <Choice href="/settings/delete" action="Delete workspace">
            Every connection is disconnected, and all data of this workspace is deleted for everyone.
          </Choice>
        </Section>
      )}
    </SettingsFrame>
  )
}

type ChoiceProps = { readonly href: string; readonly action: string; readonly children: string }

function Choice({ href, action, children }: ChoiceProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 pt-4">
      <p className="max-w-prose min-w-0 flex-1 basis-72 text-text-muted">{children}</p>
      <ButtonLink href={href} variant="secondary">
        {action}
      </ButtonLink>
    </div>
  )
}
