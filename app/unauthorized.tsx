import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { PlainPage } from '@/components/shell/plain-page'
import { ButtonLink } from '@/components/ui/button-link'
import { signInPath } from '@/lib/auth/partner-user'
import { PATH_HEADER } from '@/lib/auth/request-path'

export const metadata: Metadata = { title: 'Signed out' }

/** Instead of a page whose action was asked for after the session had ended. */
export default async function Unauthorized() {
  return (
    <PlainPage>
      <h1 className="text-xl font-semibold tracking-[-0.01em]">You are signed out</h1>
      <p className="mt-2 text-text-muted">
        A session ends after 30 minutes without activity and after 12 hours. Nothing was changed.
      </p>
      <ButtonLink href={signInPath((await headers()).get(PATH_HEADER))} className="mt-6">
        Sign in again
      </ButtonLink>
    </PlainPage>
  )
}
