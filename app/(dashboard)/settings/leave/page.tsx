import type { Metadata } from 'next'
import { ForeignText } from '@/components/ui/foreign-text'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { SubmitButton } from '@/components/ui/submit-button'
import { TaskButtons, TaskPage } from '@/components/ui/task-page'
import { TO_SETTINGS } from '@/components/workspaces/back'
import { WORKSPACE_NOTICES } from '@/components/workspaces/notice-copy'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { leaveWorkspace } from '../actions'

export const metadata: Metadata = { title: 'Leave workspace' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function LeavePage({ searchParams }: Props) {
  const [{ workspace }, { notice }] = await Promise.all([requirePartnerUser(), searchParams])
  return (
    <TaskPage
      back={TO_SETTINGS}
      title={
        <>
          Leave <ForeignText>{workspace.name}</ForeignText>?
        </>
      }
    >
      <NoticeAlert notices={WORKSPACE_NOTICES} code={notice} className="mt-4" />
      <p className="mt-2 text-text-muted">
        You lose access right away, in every browser. Accounts you connected stay in this workspace. You need an
        invitation to come back.
      </p>
      <form action={leaveWorkspace}>
        <input type="hidden" name="workspaceId" value={workspace.id} />
        <TaskButtons back={TO_SETTINGS}>
          <SubmitButton variant="danger" pendingLabel="Leaving…">
            Leave workspace
          </SubmitButton>
        </TaskButtons>
      </form>
    </TaskPage>
  )
}
