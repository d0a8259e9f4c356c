import clsx from 'clsx'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'
import { Menu } from '@/components/ui/menu'
import { EnvironmentBadge } from './environment-badge'
import { Initials } from './initials'
import { Navigation } from './navigation'
import { ProductMark } from './product-mark'
import type { ShellProps } from './shell-props'
import { UserPanel } from './user-panel'

/** From 768 px on. Collapsed it keeps its icons; the choice is a cookie, so that nothing moves after the first paint. */
export function Sidebar({ workspace, user, environment, theme, collapsed, setTheme, setSidebar }: ShellProps) {
  const { name } = user
  return (
    <div
      className={clsx(
        'sticky top-0 hidden h-dvh shrink-0 flex-col border-r bg-surface-sunken md:flex print:hidden',
        collapsed ? 'w-15 items-center px-2' : 'w-60 px-3',
      )}
    >
      <div className={clsx('flex gap-2.5 pt-4 pb-5', collapsed ? 'flex-col items-center' : 'items-center px-1')}>
        <ProductMark className="size-7 shrink-0" />
        <p className={clsx('min-w-0 flex-1 font-semibold', collapsed && 'sr-only')}>
          <ForeignText truncate>{workspace}</ForeignText>
        </p>
        {collapsed && <EnvironmentBadge environment={environment} />}
      </div>
      {!collapsed && environment !== 'production' && (
        <div className="-mt-2 px-1 pb-4">
          <EnvironmentBadge environment={environment} long />
        </div>
      )}
      <Navigation label="Main" collapsed={collapsed} />
      <div className={clsx('mt-auto grid gap-1 pb-3', collapsed && 'justify-items-center')}>
        <form action={setSidebar}>
          <button
            type="submit"
            name="sidebar"
            value={collapsed ? 'expanded' : 'collapsed'}
            title={collapsed ? 'Expand sidebar' : undefined}
            className={clsx(
              'flex h-9 items-center gap-2.5 rounded-md px-2.5 text-text-muted hover:bg-border/50 hover:text-text pointer-coarse:h-11',
              collapsed ? 'w-9 justify-center px-0' : 'w-full',
            )}
          >
            <Icon name="sidebar" />
            <span className={collapsed ? 'sr-only' : undefined}>{collapsed ? 'Expand sidebar' : 'Collapse'}</span>
          </button>
        </form>
        <Menu
          label={`${name}: account and theme`}
          summaryClassName={clsx(
            'flex items-center gap-2.5 rounded-md px-1.5 py-1.5 hover:bg-border/50 pointer-coarse:min-h-11',
            !collapsed && 'w-full',
          )}
          panelClassName="bottom-full left-0 mb-1 w-60"
          summary={
            <>
              <Initials name={name} />
              {!collapsed && (
                <>
                  <ForeignText truncate className="min-w-0 flex-1">
                    {name}
                  </ForeignText>
                  <Icon name="chevron-up-down" className="text-text-muted" />
                </>
              )}
            </>
          }
        >
          <UserPanel user={user} theme={theme} setTheme={setTheme} />
        </Menu>
      </div>
    </div>
  )
}
