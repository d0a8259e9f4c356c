import { Alert } from '@/components/ui/alert'

/** In place of a form that the viewer's role does not allow. */
export function NoRight({ needed }: { readonly needed: 'operator' | 'admin' | 'owner' }) {
  return (
    <Alert tone="neutral" title="Your role does not allow this" className="mt-6">
      You need the {needed.charAt(0).toUpperCase() + needed.slice(1)} role. Ask{' '}
      {needed === 'owner' ? 'an owner' : 'an admin or owner'}.
    </Alert>
  )
}
