import Link from 'next/link'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'

import type { Theme } from './preferences'
import { ThemeSwitch } from './theme-switch'

export type ShellUser = { readonly name: string; readonly email: string | null; readonly role: string }

type Props = {
  readonly user: ShellUser
  readonly theme: Theme
  readonly setTheme: (form: FormData) => Promise<void>
}

/** Who is signed in, how it looks, and the way out. */
export function UserPanel({ user, theme, setTheme }: Props) {
  return (
    <>
      <div className="px-2.5 pt-2 pb-2.5">
        <p className="font-medium">
          <ForeignText truncate>{user.name}</ForeignText>
        </p>
        {user.email && user.email !== user.name && (
          <p className="text-sm text-text-muted">
            <ForeignText truncate>{user.email}</ForeignText>
          </p>
        )}
        <p className="text-xs text-text-muted first-letter:uppercase">{user.role}</p>
      </div>
      <div className="px-1.5 pb-1.5">
        <ThemeSwitch current={theme} action={setTheme} />
      </div>
      <div className="border-t pt-1">
        <Link href="/account" prefetch={false} className="menu-item">
          <Icon name="monitor" className="text-text-muted" />
          Your account
        </Link>
      </div>
      <form action="/sign-out" method="post">
        <button type="submit" className="menu-item">
          <Icon name="sign-out" className="text-text-muted" />
          Sign out
        </button>
      </form>
    </>
  )
}
