import { ForeignText } from '@/components/ui/foreign-text'
import { Icon, type IconName } from '@/components/ui/icon'
import { Menu } from '@/components/ui/menu'
import { EnvironmentBadge } from './environment-badge'
import { Initials } from './initials'
import { NavLink } from './nav-link'
import type { ShellProps } from './shell-props'
import { UserPanel } from './user-panel'
import { WorkspaceSwitcher } from './workspace-switcher'

export const NAVIGATION_ID = 'navigation'

const PAGES: readonly { readonly href: string; readonly label: string; readonly icon: IconName }[] = [
  { href: '/connections', label: 'Connections', icon: 'link' },
  { href: '/reliability', label: 'Reliability', icon: 'pulse' },
  { href: '/audit', label: 'Audit log', icon: 'list' },
  { href: '/settings', label: 'Settings', icon: 'settings' },
]

/**
 * From 768 px on a column, collapsible to its icons; the choice is a cookie, so that nothing moves after the first
 * paint. Below, a popover that the top bar's button opens.
 */
export function Sidebar(props: ShellProps) {
  const {
    workspace,
    workspaces,
    user,
    environment,
    theme,
    collapsed,
    mayReadAudit,
    setTheme,
    setSidebar,
    switchWorkspace,
  } = props
  const label = collapsed ? 'Expand sidebar' : 'Collapse'
  return (
    <aside
      id={NAVIGATION_ID}
      aria-label="Navigation"
      popover="auto"
      data-collapsed={collapsed || undefined}
      className="sidebar"
    >
      <div className="pt-3 pb-3">
        <WorkspaceSwitcher workspace={workspace} workspaces={workspaces} switchWorkspace={switchWorkspace} />
      </div>
      <EnvironmentBadge environment={environment} className="mx-1 mb-4 self-start collapsed:mx-0 collapsed:self-center">
        <span className="collapsed:sr-only"> environment</span>
      </EnvironmentBadge>
      <nav aria-label="Main">
        <ul className="grid gap-0.5">
          {PAGES.filter(({ href }) => href !== '/audit' || mayReadAudit).map((page) => (
            <li key={page.href}>
              <NavLink href={page.href} title={collapsed ? page.label : undefined}>
                <Icon name={page.icon} />
                <span className="collapsed:sr-only">{page.label}</span>
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className="sidebar-foot">
        <form action={setSidebar} className="max-md:hidden">
          <button
            type="submit"
            name="sidebar"
            value={collapsed ? 'expanded' : 'collapsed'}
            title={collapsed ? label : undefined}
            className="navigation-item"
          >
            <Icon name="sidebar" />
            <span className="collapsed:sr-only">{label}</span>
          </button>
        </form>
        <Menu
          label={collapsed ? `${user.name}, account and theme` : 'account and theme'}
          summaryClassName="user-summary"
          panelClassName="bottom-full left-0 mb-1 w-60"
          summary={
            <>
              <Initials name={user.name} />
              <ForeignText truncate className="min-w-0 flex-1 collapsed:hidden">
                {user.name}
              </ForeignText>
              <Icon name="chevron-up-down" className="text-text-muted collapsed:hidden" />
            </>
          }
        >
          <UserPanel user={user} theme={theme} setTheme={setTheme} />
        </Menu>
      </div>
    </aside>
  )
}
