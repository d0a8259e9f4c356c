import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { EnvironmentBadge } from '@/components/shell/environment-badge'
import { PlainPage } from '@/components/shell/plain-page'
import { Alert } from '@/components/ui/alert'
import { ButtonLink } from '@/components/ui/button-link'
import { ForeignText } from '@/components/ui/foreign-text'
import { getPartnerUser } from '@/lib/auth/partner-user'
import { HOME } from '@/lib/auth/safe-path'
import { readOpenedLink } from '@/lib/auth/sign-in-links'
import { env } from '@/lib/env'
import { signInCopy } from '../sign-in-copy'
import { ConfirmForm } from './confirm-form'

export const metadata: Metadata = { title: 'Sign in by link' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

/** `changed`: the page was about another link, and was asked to sign in by it. Only a click goes on from here. */
export default async function LinkPage({ searchParams }: Props) {
  const [link, partnerUser] = await Promise.all([readOpenedLink(await cookies()), getPartnerUser()])
  const copy = signInCopy(env().signIn.oidc.name)
  const hasChanged = (await searchParams).changed !== undefined
  if (link.kind === 'over' && partnerUser) redirect(HOME)
  return (
    <PlainPage badge={<EnvironmentBadge environment={env().airwallex.environment} />}>
      {link.kind === 'over' ? (
        <>
          <h1 className="text-xl font-semibold">This link cannot be used</h1>
          <p className="mt-1 mb-6 text-text-muted">
            It has been used, has expired after 10 minutes, or is incomplete. Ask for a new one. A link works once.
          </p>
          <ButtonLink href="/sign-in">Go to the sign-in page</ButtonLink>
        </>
      ) : (
        <>
          <h1 className="text-xl font-semibold">Sign in</h1>
          {hasChanged && (
            <Alert tone="caution" title={copy.link_changed.title} className="mt-4 mb-4">
              <p>{copy.link_changed.next}</p>
            </Alert>
          )}
          <p className="mt-1 mb-6 text-text-muted">
            {link.isSameBrowser ? 'As ' : 'This link was asked for in another browser. It signs in here as '}
            <strong className="font-medium break-words text-text">
              <ForeignText>{link.address}</ForeignText>
            </strong>
            {link.isSameBrowser ? '.' : '. Go on only if it was you who asked for it.'}
          </p>
          <ConfirmForm key={link.shown} atOnce={link.isSameBrowser && !hasChanged} shown={link.shown} />
        </>
      )}
    </PlainPage>
  )
}
