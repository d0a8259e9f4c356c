import type { Metadata } from 'next'
import { PlainPage } from '@/components/shell/plain-page'
import { ButtonLink } from '@/components/ui/button-link'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <PlainPage>
      <h1 className="text-xl font-semibold tracking-[-0.01em]">There is nothing at this address</h1>
      <p className="mt-2 text-text-muted">It may have been removed, or it belongs to another workspace.</p>
      <ButtonLink href="/" className="mt-6">
        Go to the dashboard
      </ButtonLink>
    </PlainPage>
  )
}
