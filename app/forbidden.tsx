import type { Metadata } from 'next'
import { PlainPage } from '@/components/shell/plain-page'
import { ButtonLink } from '@/components/ui/button-link'

export const metadata: Metadata = { title: 'Not allowed' }

/** Instead of a page whose action the viewer's role does not allow. */
export default function Forbidden() {
  return (
    <PlainPage>
      <h1 className="text-xl font-semibold tracking-[-0.01em]">Your role does not allow this</h1>
      <p className="mt-2 text-text-muted">
        Nothing was changed. An admin or owner of the workspace can do it, or change your role.
      </p>
      <ButtonLink href="/" className="mt-6">
        Go to the dashboard
      </ButtonLink>
    </PlainPage>
  )
}
