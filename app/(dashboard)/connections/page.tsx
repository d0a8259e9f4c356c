import type { Metadata } from 'next'
import type { ComponentProps } from 'react'
import { ConnectButton, SignUpLink } from '@/components/authorization/connect-button'
import { ConnectionsTable } from '@/components/connections/list/connections-table'
import { listHref } from '@/components/connections/list/list-href'
import { ListToolbar } from '@/components/connections/list/list-toolbar'
import { CONNECTION_NOTICES } from '@/components/connections/notice-copy'
import { viewerClock } from '@/components/shell/viewer-clock'
import { ButtonLink } from '@/components/ui/button-link'
import { EmptyState } from '@/components/ui/empty-state'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { PageHeader } from '@/components/ui/page-header'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { can } from '@/lib/auth/permissions'
import { type ListRequest, parseListRequest } from '@/lib/connections/list-request'
import { listConnections } from '@/lib/connections/views'
import { connect } from './actions'

export const metadata: Metadata = { title: 'Connections' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function ConnectionsPage({ searchParams }: Props) {
  const [partnerUser, parameters, clock] = await Promise.all([requirePartnerUser(), searchParams, viewerClock()])
  const request = parseListRequest(parameters)
  const { connections, next } = await listConnections(partnerUser.workspace.id, request, clock.now)
  const mayConnect = can(partnerUser.role, 'connection.connect')
  const connecting = { action: connect, workspaceId: partnerUser.workspace.id }
  const isFirstRun = connections.length === 0 && isWhole(request)
  return (
    <>
      <NoticeAlert notices={CONNECTION_NOTICES} code={parameters.notice} className="mb-6" />
      <PageHeader
        title="Connections"
        actions={
          mayConnect &&
          !isFirstRun && (
            <div className="flex gap-x-4 gap-y-2 max-sm:flex-col-reverse sm:items-center">
              <SignUpLink {...connecting} />
              <ConnectButton {...connecting} />
            </div>
          )
        }
      >
        The Airwallex accounts of {partnerUser.workspace.name}.
      </PageHeader>
      <div className="mt-6 grid grid-cols-1 gap-4">
        {isFirstRun ? (
          <FirstConnection connecting={mayConnect ? connecting : null} />
        ) : (
          <>
            <ListToolbar request={request} />
            {connections.length > 0 ? (
              <ConnectionsTable connections={connections} clock={clock} />
            ) : (
              <EmptyState title="No connection matches" action={<ShowAll />}>
                No connection fits this filter and search.
              </EmptyState>
            )}
            <Pages request={request} next={next} />
          </>
        )}
      </div>
    </>
  )
}

const isWhole = ({ filter, search, after }: ListRequest) => filter === 'all' && !search && !after

type Connecting = ComponentProps<typeof SignUpLink>

/** `connecting` only for a viewer who may connect. */
function FirstConnection({ connecting }: { readonly connecting: Connecting | null }) {
  return (
    <EmptyState
      title="No accounts connected yet"
      action={
        connecting && (
          <>
            <ConnectButton {...connecting} />
            <SignUpLink {...connecting} />
          </>
        )
      }
    >
      {connecting
        ? 'Airwallex asks the account’s owner for consent, then sends you back here.'
        : 'Someone with the Operator role can connect one.'}
    </EmptyState>
  )
}

const ShowAll = () => (
  <ButtonLink href="/connections" variant="secondary">
    Show all connections
  </ButtonLink>
)

function Pages({ request, next }: { readonly request: ListRequest; readonly next: string | null }) {
  if (!request.after && !next) return null
  return (
    <nav aria-label="Pages" className="flex justify-between gap-4">
      {request.after ? (
        <ButtonLink href={listHref({ ...request, after: null })} variant="secondary" size="sm">
          First page
        </ButtonLink>
      ) : (
        <span />
      )}
      {next && (
        <ButtonLink href={listHref({ ...request, after: next })} variant="secondary" size="sm">
          Next page
        </ButtonLink>
      )}
    </nav>
  )
}
