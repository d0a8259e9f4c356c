import type { Metadata } from 'next'
import { EnvironmentBadge } from '@/components/shell/environment-badge'
import { PlainPage } from '@/components/shell/plain-page'
import { Alert } from '@/components/ui/alert'
import { ButtonLink } from '@/components/ui/button-link'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { NameForm } from '@/components/workspaces/name-form'
import { WORKSPACE_NOTICES } from '@/components/workspaces/notice-copy'
import { SignOutForm } from '@/components/workspaces/sign-out-form'
import { WorkspaceChoices } from '@/components/workspaces/workspace-choices'
import { getSignedIn, requirePerson } from '@/lib/auth/partner-user'
import { env } from '@/lib/env'
import { listOwnWorkspaces } from '@/lib/workspaces/views'
import { mayCreateWorkspace } from '@/lib/workspaces/workspaces'
import { createWorkspace, switchWorkspace } from './actions'

export const metadata: Metadata = { title: 'Workspaces' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Where someone is led who is in no workspace, or no more in the one that their browser was in. */
export default async function WorkspacesPage({ searchParams }: Props) {
  const person = await requirePerson()
  const [signedIn, workspaces, { notice }] = await Promise.all([
    getSignedIn(),
    listOwnWorkspaces(person.userId),
    searchParams,
  ])
  const mayCreate = mayCreateWorkspace(person)
  const isEmpty = workspaces.length === 0
  return (
    <PlainPage badge={<EnvironmentBadge environment={env().airwallex.environment} />}>
      <h1 className="text-xl font-semibold tracking-[-0.01em]">
        {isEmpty ? 'You are not in a workspace yet' : 'Your workspaces'}
      </h1>
      <NoticeAlert notices={WORKSPACE_NOTICES} code={notice} className="mt-4" />
      {signedIn?.kind === 'removed' && (
        <Alert tone="caution" title="You are no longer a member of the workspace you were in" className="mt-4">
          Your last click changed nothing. An admin of that workspace can invite you again.
        </Alert>
      )}
      {isEmpty ? (
        <p className="mt-2 text-text-muted">
          A workspace holds connections and the people who look after them. Ask an admin of one to invite{' '}
          {person.email ?? 'you'}
          {mayCreate ? ', or create your own.' : '.'}
        </p>
      ) : (
        <WorkspaceChoices workspaces={workspaces} action={switchWorkspace} />
      )}
      {mayCreate && (
        <section aria-labelledby="create-title" className="mt-8 border-t pt-6">
          <h2 id="create-title" className="mb-3 text-lg font-semibold">
            Create a workspace
          </h2>
          <NameForm
            action={createWorkspace}
            label="Name"
            button="Create workspace"
            pendingLabel="Creating…"
            variant={isEmpty ? 'primary' : 'secondary'}
          />
        </section>
      )}
      <SignOutForm name={person.name}>
        <ButtonLink href="/account" variant="link">
          Your account
        </ButtonLink>
      </SignOutForm>
    </PlainPage>
  )
}
