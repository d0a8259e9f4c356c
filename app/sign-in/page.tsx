import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { EnvironmentBadge } from '@/components/shell/environment-badge'
import { PlainPage } from '@/components/shell/plain-page'
import { getPerson } from '@/lib/auth/partner-user'
import { HOME, safePath } from '@/lib/auth/safe-path'
import { SIGN_IN_REFUSALS } from '@/lib/auth/sign-in-policy'
import { env } from '@/lib/env'
import { mailConfigured } from '@/lib/mail/send-mail'
import { EmailForm } from './email-form'
import { signInCopy } from './sign-in-copy'
import { SignInForm } from './sign-in-form'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignInPage({ searchParams }: Props) {
  const parameters = await searchParams
  const next = safePath(parameters.next)
  const problem = SIGN_IN_REFUSALS.find((reason) => reason === parameters.error) ?? null
  if (await getPerson()) redirect(next ?? HOME)

  const { airwallex, signIn } = env()
  const provider = signIn.oidc.name
  return (
    <PlainPage badge={<EnvironmentBadge environment={airwallex.environment} />}>
      <h1 className="text-xl font-semibold">Sign in</h1>
      <p className="mt-1 mb-6 text-text-muted">Connect Airwallex accounts and keep them connected.</p>
      <SignInForm provider={provider} next={next} copy={signInCopy(provider)} problem={problem} />
      {mailConfigured() && <EmailForm next={next} copy={signInCopy(provider)} />}
    </PlainPage>
  )
}
