import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { MessagePage } from '@/components/shell/message-page'
import { signInPath } from '@/lib/auth/partner-user'
import { PATH_HEADER } from '@/lib/auth/request-path'

export const metadata: Metadata = { title: 'Signed out' }

/** Instead of a page whose action was asked for after the session had ended. */
export default async function Unauthorized() {
  return (
    <MessagePage
      title="You are signed out"
      body="Sessions end after 30 minutes without activity and after 12 hours. Nothing changed."
      href={signInPath((await headers()).get(PATH_HEADER))}
      action="Sign in again"
    />
  )
}
