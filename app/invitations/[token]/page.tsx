import type { Metadata } from 'next'
import { EnvironmentBadge } from '@/components/shell/environment-badge'
import { PlainPage } from '@/components/shell/plain-page'
import { ButtonLink } from '@/components/ui/button-link'
import { ForeignText } from '@/components/ui/foreign-text'
import { SubmitButton } from '@/components/ui/submit-button'
import { ROLE_COPY } from '@/components/workspaces/role-copy'
import { SignOutForm } from '@/components/workspaces/sign-out-form'
import { getPerson, type Person, signInPath } from '@/lib/auth/partner-user'
import { env } from '@/lib/env'
import { readInvitation } from '@/lib/workspaces/invitations'
import { joinWorkspace } from '../actions'

export const metadata: Metadata = { title: 'Invitation' }

type Props = { readonly params: Promise<{ readonly token: string }> }

/** Shows an invitation to the one it was sent to, and uses nothing up: scanners of mail read links too. */
export default async function InvitationPage({ params }: Props) {
  const [{ token }, person] = await Promise.all([params, getPerson()])
  return (
    <PlainPage badge={<EnvironmentBadge environment={env().airwallex.environment} />}>
      {person ? (
        <Shown token={token} person={person} />
      ) : (
        // The same for every link: nothing was looked up.
        <>
          <h1 className="text-xl font-semibold tracking-[-0.01em]">Sign in to see the invitation</h1>
          <p className="mt-2 text-text-muted">
            Use the email address that received the invitation. You decide whether to join after you sign in.
          </p>
          <ButtonLink href={signInPath(`/invitations/${token}`)} className="mt-6">
            Go to sign-in
          </ButtonLink>
        </>
      )}
    </PlainPage>
  )
}

async function Shown({ token, person }: { readonly token: string; readonly person: Person }) {
  const invitation = await readInvitation({ person, token })
  if (!invitation) {
    return (
      <>
        <h1 className="text-xl font-semibold tracking-[-0.01em]">This invitation does not work for you</h1>
        <p className="mt-2 text-text-muted">
          It may have been used, withdrawn or replaced, it may have expired after 7 days, it may have been sent to an
          email address other than {person.email ?? 'yours'}, or the person who sent it may no longer invite anyone. Ask
          for a new one.
        </p>
        <ButtonLink href="/" variant="secondary" className="mt-6">
          Go to the dashboard
        </ButtonLink>
        <SignOutForm name={person.name} />
      </>
    )
  }
  const { workspaceName, role, invitedBy } = invitation
  return (
    <>
      <h1 className="text-xl font-semibold tracking-[-0.01em] break-words">
        Join <ForeignText>{workspaceName}</ForeignText>?
      </h1>
      <p className="mt-2 text-text-muted">
        {invitedBy ? (
          <>
            <ForeignText>{invitedBy}</ForeignText> invited you as {ROLE_COPY[role].label.toLowerCase()}.
          </>
        ) : (
          `You are invited as ${ROLE_COPY[role].label.toLowerCase()}.`
        )}{' '}
        {ROLE_COPY[role].may}
      </p>
      <form action={joinWorkspace} className="mt-6">
        <input type="hidden" name="token" value={token} />
        <SubmitButton pendingLabel="Joining…">Join workspace</SubmitButton>
      </form>
      <SignOutForm name={person.name} />
    </>
  )
}
