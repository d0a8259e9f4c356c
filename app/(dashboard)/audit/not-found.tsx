import { ButtonLink } from '@/components/ui/button-link'

export default function NotFound() {
  return (
    <div className="mx-auto max-w-prose py-16 text-center">
      <h1 className="text-xl font-semibold tracking-[-0.01em]">This part of the log does not exist</h1>
      <p className="mt-2 text-text-muted">This workspace’s log has no entries for this id.</p>
      <ButtonLink href="/audit" variant="secondary" className="mt-6">
        Show the whole log
      </ButtonLink>
    </div>
  )
}
