import { ButtonLink } from '@/components/ui/button-link'

export default function NotFound() {
  return (
    <div className="mx-auto max-w-prose py-16 text-center">
      <h1 className="text-xl font-semibold tracking-[-0.01em]">This connection does not exist</h1>
      <p className="mt-2 text-text-muted">It may have been removed, or it belongs to another workspace.</p>
      <ButtonLink href="/connections" variant="secondary" className="mt-6">
        Go to connections
      </ButtonLink>
    </div>
  )
}
