'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'

type Props = {
  readonly href: string
  readonly className: string
  readonly title?: string | undefined
  readonly children: ReactNode
}

/** Marks itself as the current page, below it too. */
export function NavLink({ href, className, title, children }: Props) {
  const path = usePathname()
  const current = path === href ? 'page' : path.startsWith(`${href}/`) ? 'true' : undefined
  return (
    <Link href={href} prefetch={false} className={className} title={title} aria-current={current}>
      {children}
    </Link>
  )
}
