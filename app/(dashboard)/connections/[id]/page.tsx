import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Suspense } from 'react'
import { connectionName } from '@/components/connections/account-copy'
import { ConnectionHeader } from '@/components/connections/detail/connection-header'
import { DiagnosisSection } from '@/components/connections/detail/diagnosis-section'
import { OriginSection } from '@/components/connections/detail/origin-section'
import { PermissionsSection } from '@/components/connections/detail/permissions-section'
import { TokensSection } from '@/components/connections/detail/tokens-section'
import { LineageSection } from '@/components/connections/lineage/lineage-section'
import { CONNECTION_NOTICES } from '@/components/connections/notice-copy'
import { ButtonLink } from '@/components/ui/button-link'
import { ExternalLink } from '@/components/ui/external-link'
import { LiveRefresh } from '@/components/ui/live-refresh'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { can } from '@/lib/auth/permissions'
import { getLineage, getRenewalState, lineageMark } from '@/lib/connections/lineage-views'
import { renewalOf } from '@/lib/connections/renewal'
import { getSnapshots } from '@/lib/connections/views'
import { getDiagnosis } from '@/lib/diagnosis/views'
import { env } from '@/lib/env'
import type { SnapshotKind } from '@/lib/snapshots/kinds'
import { refreshSection } from './actions'
import { LiveSnapshot } from './live-snapshot'
import { OutOfDate } from './out-of-date'
import { readConnection } from './read-connection'
import { beginRead, isPrefetched } from './read-fresh'

type Props = {
  readonly params: Promise<{ readonly id: string }>
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

const SHOWN_GENERATIONS = 40

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const found = await readConnection((await params).id)
  return { title: found ? connectionName(found.connection) : 'Not found' }
}

export default async function ConnectionPage({ params, searchParams }: Props) {
  const found = await readConnection((await params).id)
  if (!found) notFound()
  const { partnerUser, clock, connection } = found
  const { id, status } = connection
  const workspaceId = partnerUser.workspace.id
  const [snapshots, mark, lineage, renewalState, diagnosis, query, isPrefetch] = await Promise.all([
    getSnapshots(workspaceId, id),
    lineageMark(workspaceId, id),
    getLineage(workspaceId, id, SHOWN_GENERATIONS),
    getRenewalState(workspaceId, id),
    status.kind === 'reauthorization_required' ? getDiagnosis(workspaceId, id) : null,
    searchParams,
    isPrefetched(),
  ])
  const renewal = renewalState && renewalOf(renewalState)
  const isLive = status.kind === 'active' || status.kind === 'temporarily_unavailable'
  const isHeld = connection.refreshTokenExpiresAt !== null
  const rights = {
    reauthorize: can(partnerUser.role, 'connection.reauthorize'),
    refresh: can(partnerUser.role, 'connection.refresh'),
    disconnect: can(partnerUser.role, 'connection.disconnect'),
    liftQuarantine: can(partnerUser.role, 'connection.lift_quarantine'),
  }
  const read = (kind: SnapshotKind) => {
    const stored = snapshots[kind] ?? null
    const reading = isLive && !isPrefetch ? beginRead({ kind, connectionId: id, partnerUser, stored }) : null
    const refreshAction = isLive && rights.refresh ? refreshSection : null
    return { kind, connectionId: id, stored, reading, clock, refreshAction }
  }
  const [balances, details] = [read('balances'), read('account_details')]
  const readings = [balances.reading, details.reading].filter((reading) => reading !== null)
  return (
    <div className="mx-auto max-w-page">
      <NoticeAlert notices={CONNECTION_NOTICES} code={query.notice} className="mb-6" />
      <ConnectionHeader connection={connection} renewal={renewal} clock={clock} rights={rights} />
      <LiveRefresh isOpen={renewal !== null || status.kind === 'temporarily_unavailable'} />
      <div className="mt-8 grid gap-y-10">
        {diagnosis && <DiagnosisSection diagnosis={diagnosis} clock={clock} />}
        <LineageSection connection={connection} lineage={lineage} clock={clock} aside={<BreakThings />} />
        <div className="grid items-start gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="grid min-w-0 gap-y-10">
            <LiveSnapshot {...balances} />
            <LiveSnapshot {...details} />
            <PermissionsSection
              requested={connection.requestedScopes}
              granted={connection.grantedScopes}
              isLive={isHeld}
              action={
                isHeld &&
                rights.reauthorize && (
                  <ButtonLink href={`/connections/${id}/permissions`} variant="quiet" size="sm">
                    Add permissions
                  </ButtonLink>
                )
              }
            />
          </div>
          <div className="grid min-w-0 gap-y-10">
            <TokensSection connection={connection} clock={clock} />
            <OriginSection
              connection={connection}
              clock={clock}
              logHref={can(partnerUser.role, 'audit.read') ? `/audit?connection=${id}` : null}
            />
          </div>
        </div>
      </div>
      {readings.length > 0 && (
        <Suspense>
          <OutOfDate workspaceId={workspaceId} connectionId={id} shown={mark} readings={readings} />
        </Suspense>
      )}
    </div>
  )
}

/** In the local environment only: where answers are dropped and outages made. */
function BreakThings() {
  const { environment, apiOrigin } = env().airwallex
  if (environment !== 'local') return null
  return (
    <span className="pr-2.5">
      <ExternalLink href={`${apiOrigin}/control`}>Break things in the sandbox</ExternalLink>
    </span>
  )
}
