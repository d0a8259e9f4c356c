import { Alert } from '@/components/ui/alert'

/** In place of a form that the viewer's role does not allow. */
export function NoRight({ needed }: { readonly needed: 'operator' | 'admin' | 'owner' }) {
  return (
    <Alert tone="neutral" title="Your role does not allow this" className="mt-6">
      It takes the role of {needed}. {needed === 'owner' ? 'An owner' : 'An admin or owner'} of the workspace can give
      it to you.
    </Alert>
  )
}
