import { ButtonLink } from '@/components/ui/button-link'

export default function Forbidden() {
  return (
    <div className="mx-auto max-w-prose py-16 text-center">
      <h1 className="text-xl font-semibold tracking-[-0.01em]">Your role does not allow this</h1>
      <p className="mt-2 text-text-muted">Only admins and owners can read the audit log.</p>
      <ButtonLink href="/connections" variant="secondary" className="mt-6">
        Go to connections
      </ButtonLink>
    </div>
  )
}
