import type { Metadata } from 'next'
import { MessagePage } from '@/components/shell/message-page'

export const metadata: Metadata = { title: 'Too many actions' }

/** Where an action leads that was one too many (lib/security/rate-limit.ts). */
export default function TooManyPage() {
  return (
    <MessagePage
      title="Too many requests"
      body="We did not carry out your last action, and nothing changed. Wait a minute, then try again."
      href="/"
      action="Go to the dashboard"
    />
  )
}
