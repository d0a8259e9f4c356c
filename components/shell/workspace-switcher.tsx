import Link from 'next/link'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'
import { Menu } from '@/components/ui/menu'
import { ProductMark } from './product-mark'
import type { ShellProps } from './shell-props'

type Props = Pick<ShellProps, 'workspace' | 'workspaces' | 'switchWorkspace'>

/** The workspace that the page is about, and the way into the viewer's others: a form, so that it needs no script. */
export function WorkspaceSwitcher({ workspace, workspaces, switchWorkspace }: Props) {
  return (
    <Menu
      // Another workspace is another menu, which begins closed.
      key={workspace.id}
      label="switch workspace"
      summaryClassName="flex w-full items-center gap-2.5 rounded-md px-1 py-1.5 hover:bg-border/50 collapsed:px-0 pointer-coarse:min-h-11"
      panelClassName="top-full left-0 mt-1 w-60"
      summary={
        <>
          <ProductMark />
          <ForeignText truncate className="min-w-0 flex-1 font-semibold collapsed:sr-only">
            {workspace.name}
          </ForeignText>
          <Icon name="chevron-up-down" className="text-text-muted collapsed:hidden" />
        </>
      }
    >
      <form action={switchWorkspace}>
        <ul className="max-h-72 overflow-y-auto" aria-label="Workspaces">
          {workspaces.map(({ id, name }) => (
            <li key={id}>
              <button
                type="submit"
                name="workspaceId"
                value={id}
                aria-current={id === workspace.id || undefined}
                className="menu-item"
              >
                <ForeignText truncate className="min-w-0 flex-1">
                  {name}
                </ForeignText>
                {id === workspace.id && <Icon name="check" className="text-text-muted" />}
              </button>
            </li>
          ))}
        </ul>
      </form>
      <div className="mt-1 border-t pt-1">
        <Link href="/workspaces" prefetch={false} className="menu-item">
          <Icon name="plus" className="text-text-muted" />
          Create workspace
        </Link>
      </div>
    </Menu>
  )
}
