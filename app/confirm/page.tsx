import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { EnvironmentBadge } from '@/components/shell/environment-badge'
import { PlainPage } from '@/components/shell/plain-page'
import { ButtonLink } from '@/components/ui/button-link'
import { ForeignText } from '@/components/ui/foreign-text'
import { isFresh, requirePerson } from '@/lib/auth/partner-user'
import { CONFIRM, HOME, safePath } from '@/lib/auth/safe-path'
import { signInRefusal } from '@/lib/auth/sign-in-policy'
import { now } from '@/lib/clock'
import { env } from '@/lib/env'
import { mailConfigured } from '@/lib/mail/send-mail'
import { EmailForm } from '../sign-in/email-form'
import { signInCopy } from '../sign-in/sign-in-copy'
import { SignInForm } from '../sign-in/sign-in-form'

export const metadata: Metadata = { title: 'Confirm it’s you' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

/**
 * Asks for a fresh sign-in (ten minutes) before an action that cannot be undone, then leads back to the page that asked,
 * where the person clicks once more. `user` is the person who was asked: anyone else sees an explanation and goes no
 * further. `error` is how the last try ended, if it did not make the sign-in fresh.
 */
export default async function ConfirmPage({ searchParams }: Props) {
  const [person, parameters] = await Promise.all([requirePerson(), searchParams])
  const next = safePath(parameters.next) ?? HOME
  const isAsked = parameters.user === undefined || parameters.user === person.userId
  const { airwallex, signIn } = env()
  const badge = <EnvironmentBadge environment={airwallex.environment} />
  if (isFresh(person, now())) {
    if (isAsked) redirect(next)
    return (
      <PlainPage badge={badge}>
        <h1 className="text-xl font-semibold tracking-[-0.01em]">You signed in as someone else</h1>
        <p className="mt-2 text-text-muted">
          Nothing changed. You are now signed in as <ForeignText>{person.name}</ForeignText>, not as the person who was
          asked to confirm. To continue as that person, sign out and sign in again.
        </p>
        <ButtonLink href={HOME} className="mt-6">
          Continue as {person.name}
        </ButtonLink>
      </PlainPage>
    )
  }
  const back = `${CONFIRM}?${new URLSearchParams({ next, user: person.userId })}`
  const provider = signIn.oidc.name
  return (
    <PlainPage badge={badge}>
      <h1 className="text-xl font-semibold tracking-[-0.01em]">Confirm it’s you</h1>
      <p className="mt-2 mb-6 text-text-muted">
        You are signed in as <ForeignText>{person.name}</ForeignText>
        {person.email && person.email !== person.name && ` (${person.email})`}. For this action, sign in again. Nothing
        has changed yet. You come back to this page afterwards.
      </p>
      <SignInForm
        provider={provider}
        next={back}
        copy={signInCopy(provider, signIn.oidc.claims)}
        problem={signInRefusal(parameters.error)}
      />
      {mailConfigured() && <EmailForm next={back} copy={signInCopy(provider, signIn.oidc.claims)} />}
      <ButtonLink href={next} variant="link" className="mt-6">
        Go back
      </ButtonLink>
    </PlainPage>
  )
}
