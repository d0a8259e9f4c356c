import type { Metadata } from 'next'
import { MessagePage } from '@/components/shell/message-page'

export const metadata: Metadata = { title: 'Too many actions' }

/** Where an action leads that was one too many (lib/security/rate-limit.ts). */
export default function TooManyPage() {
  return (
    <MessagePage
      title="That was a lot in one minute"
      body="The last action was not carried out, and nothing was changed by it. Wait a minute, then try again."
      href="/"
      action="Go to the dashboard"
    />
  )
}
