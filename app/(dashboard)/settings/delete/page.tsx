import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { buttonStyles } from '@/components/ui/button-styles'
import { ForeignText } from '@/components/ui/foreign-text'
import { SubmitButton } from '@/components/ui/submit-button'
import { SettingsTask, TaskFooter, TO_SETTINGS } from '@/components/workspaces/settings-task'
import { TextField } from '@/components/workspaces/text-field'
import { WorkspaceNoticeAlert } from '@/components/workspaces/workspace-notice'
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
    <SettingsTask
      back={TO_SETTINGS}
      title={
        <>
          Delete <ForeignText>{workspace.name}</ForeignText>?
        </>
      }
    >
      <WorkspaceNoticeAlert code={notice} className="mt-4" />
      <ul className="mt-6 divide-y border-y">
        <Consequence title="Ends right away">
          {live === 0 && 'No connection is live. '}
          {live === 1 && 'The live connection ends and its tokens are deleted. '}
          {live > 1 && `All ${live} live connections end and their tokens are deleted. `}
          {members === 1 ? 'You are its only member.' : `All ${members} members lose access.`} Pending invitations no
          more.
        </Consequence>
        <Consequence title="Deleted for good">
          The connections ({connections}) with what was read of the accounts and the history of renewals, the audit log,
          and all member roles. What stays is one entry that a workspace was deleted, with its id and no name. Backups
          of the database hold a copy until they expire.
        </Consequence>
        <Consequence title="Stays at Airwallex">
          The consent itself, until the owner of each account withdraws it there.
        </Consequence>
        <Consequence title="Keep a copy first">
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
        <TaskFooter back={TO_SETTINGS}>
          <SubmitButton variant="danger" pendingLabel="Deleting…">
            Delete workspace
          </SubmitButton>
        </TaskFooter>
      </form>
    </SettingsTask>
  )
}

type ConsequenceProps = { readonly title: string; readonly children: ReactNode }

function Consequence({ title, children }: ConsequenceProps) {
  return (
    <li className="py-3.5">
      <h2 className="font-medium">{title}</h2>
      <p className="text-text-muted">{children}</p>
    </li>
  )
}
