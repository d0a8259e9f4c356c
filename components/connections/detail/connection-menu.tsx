import Link from 'next/link'
import { AIRWALLEX_INTEGRATIONS_PAGE } from '@/components/connections/airwallex-page'
import { buttonStyles } from '@/components/ui/button-styles'
import { Icon, type IconName } from '@/components/ui/icon'
import { Menu } from '@/components/ui/menu'
import type { ConnectionStatus } from '@/lib/connections/status'

/** What the viewer may do with a connection. */
export type ConnectionRights = {
  readonly reauthorize: boolean
  readonly refresh: boolean
  readonly disconnect: boolean
  readonly liftQuarantine: boolean
}

type Props = { readonly id: string; readonly status: ConnectionStatus; readonly rights: ConnectionRights }

/** Every action on a connection except its primary one. */
export function ConnectionMenu({ id, status, rights }: Props) {
  const isDisconnected = status.kind === 'disconnected'
  return (
    <Menu
      label="Actions"
      summary={<Icon name="more" />}
      summaryClassName={buttonStyles({ variant: 'secondary', size: 'icon' })}
      panelClassName="top-full right-0 mt-1 w-60"
    >
      {rights.reauthorize && (
        <>
          {!isDisconnected && (
            <Item href={`/connections/${id}/permissions`} icon="shield">
              Add permissions
            </Item>
          )}
          <Item href={`/connections/${id}/reauthorize`} icon="refresh">
            Reauthorize
          </Item>
        </>
      )}
      <a href={AIRWALLEX_INTEGRATIONS_PAGE} target="_blank" rel="noreferrer" className="menu-item">
        <Icon name="arrow-up-right" className="text-text-muted" />
        Integrations at Airwallex
        <span className="sr-only">(opens in a new tab)</span>
      </a>
      {rights.disconnect && !isDisconnected && (
        <div className="mt-1 border-t pt-1">
          <Item href={`/connections/${id}/disconnect`} icon="circle-slash" danger>
            Disconnect
          </Item>
        </div>
      )}
    </Menu>
  )
}

type ItemProps = {
  readonly href: string
  readonly icon: IconName
  readonly danger?: boolean
  readonly children: string
}

function Item({ href, icon, danger = false, children }: ItemProps) {
  return (
    <Link href={href} prefetch={false} className="menu-item">
      <Icon name={icon} className={danger ? 'text-critical' : 'text-text-muted'} />
      <span className={danger ? 'text-critical' : undefined}>{children}</span>
    </Link>
  )
}
