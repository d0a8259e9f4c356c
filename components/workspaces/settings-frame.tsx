import Link from 'next/link'
import type { ReactNode } from 'react'
import { PageHeader } from '@/components/ui/page-header'

const TABS = [
  { href: '/settings', label: 'General' },
  { href: '/settings/members', label: 'Members' },
] as const

type Props = {
  readonly current: (typeof TABS)[number]['href']
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** What the pages about the workspace have in common. */
export function SettingsFrame({ current, actions, children }: Props) {
  return (
    <div className="max-w-[52rem]">
      <PageHeader title="Settings" actions={actions} />
      <nav aria-label="Settings" className="mt-4 -mx-1 overflow-x-auto px-1">
        <ul className="flex gap-1">
          {TABS.map(({ href, label }) => (
            <li key={href}>
              <Link
                href={href}
                prefetch={false}
                aria-current={href === current ? 'page' : undefined}
                className="filter-item"
              >
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </div>
  )
}
