import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { MouseEvent, ReactNode } from 'react'

type Props = { readonly href: string; readonly title: string | undefined; readonly children: ReactNode }

/** Marks itself as the current page, below it too, and closes its sheet on a small screen. */
export function NavLink({ href, title, children }: Props) {
  const path = usePathname()
  const current = path === href ? 'page' : path.startsWith(`${href}/`) ? 'true' : undefined
  const closeSheet = (event: MouseEvent) => event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover?.()
  return (
    <Link
      href={href}
      prefetch={false}
      className="navigation-item font-medium"
      title={title}
      aria-current={current}
      onClick={closeSheet}
    >
      {children}
    </Link>
  )
}
