import { buttonStyles } from '@/components/ui/button-styles'
import { ForeignText } from '@/components/ui/foreign-text'

/** Who is signed in, on pages without the navigation that says so, and the way out. */
export function SignOutForm({ name }: { readonly name: string }) {
  return (
    <form action="/sign-out" method="post" className="mt-8 flex flex-wrap items-center gap-x-2 border-t pt-5 text-sm">
      <p className="text-text-muted">
        Signed in as <ForeignText>{name}</ForeignText>.
      </p>
      <button type="submit" className={buttonStyles({ variant: 'link' })}>
        Sign out
      </button>
    </form>
  )
}
