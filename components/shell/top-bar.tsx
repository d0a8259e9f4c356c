import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'
import { Menu } from '@/components/ui/menu'
import { EnvironmentBadge } from './environment-badge'
import { Navigation } from './navigation'
import { ProductMark } from './product-mark'
import type { ShellProps } from './shell-props'
import { UserPanel } from './user-panel'

type Props = Pick<ShellProps, 'workspace' | 'user' | 'environment' | 'theme' | 'setTheme'>

/** Below 768 px, in place of the sidebar. */
export function TopBar({ workspace, user, environment, theme, setTheme }: Props) {
  return (
    <div className="sticky top-0 z-20 flex h-14 items-center gap-2.5 border-b bg-surface-sunken px-4 md:hidden print:hidden">
      <ProductMark className="size-7 shrink-0" />
      <p className="min-w-0 flex-1 font-semibold">
        <ForeignText truncate>{workspace}</ForeignText>
      </p>
      <EnvironmentBadge environment={environment} />
      <Menu
        label="Menu"
        summary={<Icon name="menu" className="size-5" />}
        summaryClassName="-mr-2.5 flex size-11 items-center justify-center rounded-md"
        panelClassName="-right-2 top-full mt-1 w-[min(20rem,calc(100vw-1.5rem))]"
      >
        <div className="border-b pb-1">
          <Navigation label="Menu" />
        </div>
        <UserPanel user={user} theme={theme} setTheme={setTheme} />
      </Menu>
    </div>
  )
}
