import type { ReactNode } from 'react'
import { buttonStyles } from '@/components/ui/button-styles'
import { ForeignText } from '@/components/ui/foreign-text'

type Props = {
  readonly name: string
  /** Where else to go. */
  readonly children?: ReactNode
}

/** Who is signed in, on pages without the navigation that says so, and the way out. */
export function SignOutForm({ name, children }: Props) {
  return (
    <form action="/sign-out" method="post" className="mt-8 flex flex-wrap items-center gap-x-2 border-t pt-5 text-sm">
      <p className="text-text-muted">
        Signed in as <ForeignText>{name}</ForeignText>.
      </p>
      {children}
      <button type="submit" className={buttonStyles({ variant: 'link' })}>
        Sign out
      </button>
    </form>
  )
}
