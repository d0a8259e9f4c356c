import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { connectionName } from '@/components/connections/account-copy'
import { ConnectionHeader } from '@/components/connections/connection-header'
import { NoticeAlert } from '@/components/connections/notice-alert'
import { OriginSection } from '@/components/connections/origin-section'
import { PermissionsSection } from '@/components/connections/permissions-section'
import { RotationsSection } from '@/components/connections/rotations-section'
import { TokensSection } from '@/components/connections/tokens-section'
import { ButtonLink } from '@/components/ui/button-link'
import { can } from '@/lib/auth/permissions'
import { isStale } from '@/lib/connections/snapshot-kinds'
import { getSnapshots, listRotations } from '@/lib/connections/views'
import { refreshSection } from './actions'
import { LiveSnapshot } from './live-snapshot'
import { readConnection } from './read-connection'

type Props = {
  readonly params: Promise<{ readonly id: string }>
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

const SHOWN_ROTATIONS = 6

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const found = await readConnection((await params).id)
  return { title: found ? connectionName(found.connection) : 'Not found' }
}

export default async function ConnectionPage({ params, searchParams }: Props) {
  const found = await readConnection((await params).id)
  if (!found) notFound()
  const { partnerUser, clock, connection } = found
  const workspaceId = partnerUser.workspace.id
  const [snapshots, rotations, query, isPrefetch] = await Promise.all([
    getSnapshots(workspaceId, connection.id),
    listRotations(workspaceId, connection.id, SHOWN_ROTATIONS),
    searchParams,
    isPrefetched(),
  ])
  const isLive = connection.status.kind === 'active' || connection.status.kind === 'temporarily_unavailable'
  const isHeld = connection.refreshTokenExpiresAt !== null
  const rights = {
    reauthorize: can(partnerUser.role, 'connection.reauthorize'),
    refresh: can(partnerUser.role, 'connection.refresh'),
    disconnect: can(partnerUser.role, 'connection.disconnect'),
  }
  const section = (kind: 'balances' | 'account_details') => {
    const stored = snapshots[kind] ?? null
    return (
      <LiveSnapshot
        kind={kind}
        connectionId={connection.id}
        partnerUser={partnerUser}
        stored={stored}
        isStale={isLive && !isPrefetch && isStale(kind, stored, clock.now)}
        clock={clock}
        refreshAction={isLive && rights.refresh ? refreshSection : null}
      />
    )
  }
  return (
    <div className="mx-auto max-w-page">
      <NoticeAlert code={query.notice} />
      <ConnectionHeader connection={connection} clock={clock} rights={rights} />
      <div className="mt-8 grid items-start gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid min-w-0 gap-y-10">
          {section('balances')}
          {section('account_details')}
          <PermissionsSection
            requested={connection.requestedScopes}
            granted={connection.grantedScopes}
            isLive={isHeld}
            action={
              isHeld &&
              rights.reauthorize && (
                <ButtonLink href={`/connections/${connection.id}/permissions`} variant="quiet" size="sm">
                  Add permissions
                </ButtonLink>
              )
            }
          />
        </div>
        <div className="grid min-w-0 gap-y-10">
          <TokensSection connection={connection} clock={clock} />
          <OriginSection connection={connection} clock={clock} />
          <RotationsSection rotations={rotations} clock={clock} />
        </div>
      </div>
    </div>
  )
}

/** What a browser fetches on a guess must not reach Airwallex. (Links of ours to this page are never prefetched.) */
async function isPrefetched(): Promise<boolean> {
  const sent = await headers()
  return [sent.get('sec-purpose'), sent.get('purpose')].some((purpose) => purpose?.includes('prefetch'))
}
