import type { Metadata } from 'next'
import Link from 'next/link'
import { buttonStyles } from '@/components/ui/button-styles'
import { ForeignText } from '@/components/ui/foreign-text'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { SubmitButton } from '@/components/ui/submit-button'
import { Consequence, TaskButtons, TaskPage } from '@/components/ui/task-page'
import { TO_SETTINGS } from '@/components/workspaces/back'
import { WORKSPACE_NOTICES } from '@/components/workspaces/notice-copy'
import { TextField } from '@/components/workspaces/text-field'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { requireFresh } from '@/lib/auth/require-fresh'
import { requirePermission } from '@/lib/auth/require-permission'
import { countContents } from '@/lib/workspaces/views'
import { deleteWorkspace } from '../actions'

export const metadata: Metadata = { title: 'Delete workspace' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function DeletePage({ searchParams }: Props) {
  const partnerUser = await requirePartnerUser()
  const { workspace } = partnerUser
  requirePermission(partnerUser, 'workspace.delete')
  await requireFresh(partnerUser)
  const [{ members, connections, live }, { notice }] = await Promise.all([countContents(workspace.id), searchParams])
  return (
    <TaskPage
      back={TO_SETTINGS}
      title={
        <>
          Delete <ForeignText>{workspace.name}</ForeignText>?
        </>
      }
    >
      <NoticeAlert notices={WORKSPACE_NOTICES} code={notice} className="mt-4" />
      <ul className="mt-6 divide-y border-y">
        <Consequence icon="cross" title="Ends right away">
          {live === 0 && 'No connection is live. '}
          {live === 1 && 'The live connection ends and its tokens are deleted. '}
          {live > 1 && `All ${live} live connections end and their tokens are deleted. `}
          {members === 1 ? 'You are its only member.' : `All ${members} members lose access.`} Pending invitations stop
          working.
        </Consequence>
        <Consequence icon="circle-slash" title="Deleted for good">
          The connections ({connections}) with their account data and renewal history, the audit log, and all member
          roles. One audit entry remains: that a workspace was deleted, with its id and no name. Database backups keep a
          copy until they expire.
        </Consequence>
        <Consequence icon="info" title="Stays at Airwallex">
          The consent itself, until the owner of each account withdraws it there.
        </Consequence>
        <Consequence icon="check" title="Keep a copy first">
          This can’t be undone. <br />
          <Link href="/audit" prefetch={false} className={buttonStyles({ variant: 'link', className: 'mr-4' })}>
            Export the audit log
          </Link>
          <Link href="/connections" prefetch={false} className={buttonStyles({ variant: 'link' })}>
            See what is connected
          </Link>
        </Consequence>
      </ul>
      <form action={deleteWorkspace} className="mt-6">
        <input type="hidden" name="workspaceId" value={workspace.id} />
        <TextField
          id="confirmation"
          name="name"
          label="Type the name of the workspace to delete it"
          hint={workspace.name}
          required
          autoComplete="off"
        />
        <TaskButtons back={TO_SETTINGS}>
          <SubmitButton variant="danger" pendingLabel="Deleting…">
            Delete workspace
          </SubmitButton>
        </TaskButtons>
      </form>
    </TaskPage>
  )
}
