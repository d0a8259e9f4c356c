import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { EnvironmentBadge } from '@/components/shell/environment-badge'
import { PlainPage } from '@/components/shell/plain-page'
import { getPerson } from '@/lib/auth/partner-user'
import { HOME, isConfirming, safePath } from '@/lib/auth/safe-path'
import { signInRefusal } from '@/lib/auth/sign-in-policy'
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
  const problem = signInRefusal(parameters.error)
  // Someone already signed in came here to confirm it: the page that asked shows the result.
  if (await getPerson()) redirect(problem && isConfirming(next) ? saying(problem, next) : (next ?? HOME))

  const { airwallex, signIn } = env()
  const provider = signIn.oidc.name
  return (
    <PlainPage badge={<EnvironmentBadge environment={airwallex.environment} />}>
      <h1 className="text-xl font-semibold">Sign in</h1>
      <p className="mt-1 mb-6 text-text-muted">Connect Airwallex accounts and keep them connected.</p>
      <SignInForm provider={provider} next={next} copy={signInCopy(provider, signIn.oidc.claims)} problem={problem} />
      {mailConfigured() && <EmailForm next={next} copy={signInCopy(provider, signIn.oidc.claims)} />}
    </PlainPage>
  )
}

function saying(problem: string, path: string): string {
  const { pathname, searchParams } = new URL(path, env().appOrigin)
  searchParams.set('error', problem)
  return `${pathname}?${searchParams}`
}
