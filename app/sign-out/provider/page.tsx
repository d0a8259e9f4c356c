import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { EnvironmentBadge } from '@/components/shell/environment-badge'
import { PlainPage } from '@/components/shell/plain-page'
import { ButtonLink } from '@/components/ui/button-link'
import { buttonStyles } from '@/components/ui/button-styles'
import { getPerson } from '@/lib/auth/partner-user'
import { providerSignOutUrl } from '@/lib/auth/provider-sign-out'
import { HOME } from '@/lib/auth/safe-path'
import { now } from '@/lib/clock'
import { env } from '@/lib/env'

export const metadata: Metadata = { title: 'Signed out' }

/**
 * Where signing out leads someone who signed in at the provider: on to the provider, whose session could otherwise sign the
 * next person at this computer in. A page, since a form's redirects are bound by `form-action` and a page that moves on is
 * not.
 */
export default async function ProviderSignOutPage() {
  // Any page can lead here; only signing out signs out.
  if (await getPerson()) redirect(HOME)
  const { appOrigin, airwallex, signIn } = env()
  const url = await providerSignOutUrl({ appOrigin, ...signIn }, now())
  if (!url) redirect('/sign-in')
  const provider = signIn.oidc.name
  return (
    <PlainPage badge={<EnvironmentBadge environment={airwallex.environment} />}>
      <meta httpEquiv="refresh" content={`0;url=${url}`} />
      <h1 className="text-xl font-semibold">You are signed out here</h1>
      <p className="mt-1 mb-6 text-text-muted">
        You may still be signed in at {provider}. On a shared computer, sign out there too.
      </p>
      <div className="flex flex-wrap gap-2">
        <a href={url} className={buttonStyles({ variant: 'primary' })}>
          Sign out at {provider}
        </a>
        <ButtonLink href="/sign-in" variant="secondary">
          Back to sign-in
        </ButtonLink>
      </div>
    </PlainPage>
  )
}
