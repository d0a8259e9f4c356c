import type { Metadata } from 'next'
import { MessagePage } from '@/components/shell/message-page'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <MessagePage
      title="There is nothing at this address"
      body="It may have been removed, or it belongs to another workspace."
      href="/"
      action="Go to the dashboard"
    />
  )
}
