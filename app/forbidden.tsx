import type { Metadata } from 'next'
import { MessagePage } from '@/components/shell/message-page'

export const metadata: Metadata = { title: 'Not allowed' }

/** Instead of a page whose action the viewer's role does not allow. */
export default function Forbidden() {
  return (
    <MessagePage
      title="Your role does not allow this"
      body="Nothing changed. An admin or owner of the workspace can do this or change your role."
      href="/"
      action="Go to the dashboard"
    />
  )
}
