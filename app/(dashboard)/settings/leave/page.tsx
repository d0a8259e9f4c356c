import type { Metadata } from 'next'
import { ForeignText } from '@/components/ui/foreign-text'
import { SubmitButton } from '@/components/ui/submit-button'
import { SettingsTask, TaskFooter, TO_SETTINGS } from '@/components/workspaces/settings-task'
import { WorkspaceNoticeAlert } from '@/components/workspaces/workspace-notice'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { leaveWorkspace } from '../actions'

export const metadata: Metadata = { title: 'Leave workspace' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function LeavePage({ searchParams }: Props) {
  const [{ workspace }, { notice }] = await Promise.all([requirePartnerUser(), searchParams])
  return (
    <SettingsTask
      back={TO_SETTINGS}
      title={
        <>
          Leave <ForeignText>{workspace.name}</ForeignText>?
        </>
      }
    >
      <WorkspaceNoticeAlert code={notice} className="mt-4" />
      <p className="mt-2 text-text-muted">
        You lose access right away, in every browser. Accounts you connected stay in this workspace. You need an
        invitation to come back.
      </p>
      <form action={leaveWorkspace}>
        <input type="hidden" name="workspaceId" value={workspace.id} />
        <TaskFooter back={TO_SETTINGS}>
          <SubmitButton variant="danger" pendingLabel="Leaving…">
            Leave workspace
          </SubmitButton>
        </TaskFooter>
      </form>
    </SettingsTask>
  )
}
