import clsx from 'clsx'
import { Icon, type IconName } from '@/components/ui/icon'
import { NavLink } from './nav-link'

const PAGES: readonly { readonly href: string; readonly label: string; readonly icon: IconName }[] = [
  { href: '/connections', label: 'Connections', icon: 'link' },
]

const linkStyles =
  'flex h-9 items-center gap-2.5 rounded-md px-2.5 font-medium text-text-muted transition-colors hover:bg-border/50 hover:text-text aria-[current]:bg-border/60 aria-[current]:text-text pointer-coarse:h-11'

type Props = { readonly label: string; readonly collapsed?: boolean }

export function Navigation({ label, collapsed = false }: Props) {
  return (
    <nav aria-label={label}>
      <ul className="grid gap-0.5">
        {PAGES.map((page) => (
          <li key={page.href}>
            <NavLink
              href={page.href}
              title={collapsed ? page.label : undefined}
              className={clsx(linkStyles, collapsed && 'w-9 justify-center px-0 pointer-coarse:w-11')}
            >
              <Icon name={page.icon} />
              <span className={collapsed ? 'sr-only' : undefined}>{page.label}</span>
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
