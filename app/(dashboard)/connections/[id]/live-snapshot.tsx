import { after } from 'next/server'
import { Suspense } from 'react'
import { AccountDefinitions } from '@/components/connections/account-section'
import { BalancesTable } from '@/components/connections/balances-table'
import { RetryButton } from '@/components/connections/retry-button'
import { SnapshotSection } from '@/components/connections/snapshot-section'
import { RenderAgain } from '@/components/ui/render-again'
import { Skeleton } from '@/components/ui/skeleton'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { now } from '@/lib/clock'
import type { Snapshot, SnapshotFailure, SnapshotKind } from '@/lib/connections/snapshot-kinds'
import { refreshSnapshot } from '@/lib/connections/snapshots'
import { storedAccountDetails, storedBalances } from '@/lib/connections/stored-details'
import type { ViewerClock } from '@/lib/format/time-zone'
import { log } from '@/lib/log'

type Props = {
  readonly kind: SnapshotKind
  readonly connectionId: string
  readonly partnerUser: PartnerUser
  readonly stored: Snapshot | null
  /** Whether to ask Airwallex, behind what is stored. */
  readonly isStale: boolean
  readonly clock: ViewerClock
  readonly refreshAction: ((form: FormData) => Promise<void>) | null
}

/** Found while reading: the rest of the page still shows the connection as it was before. */
const ENDED: readonly SnapshotFailure[] = ['reauthorization_required', 'disconnected', 'frozen', 'quarantined']

/** What is stored at once, and in its place what Airwallex says as soon as it has said it. */
export function LiveSnapshot(props: Props) {
  if (!props.isStale) return <ShownSnapshot {...props} snapshot={props.stored} isReading={false} />
  return (
    <Suspense fallback={<ShownSnapshot {...props} snapshot={props.stored} isReading />}>
      <FreshSnapshot {...props} />
    </Suspense>
  )
}

async function FreshSnapshot(props: Props) {
  const snapshot = await readFresh(props)
  const isConnectionEnded = snapshot?.failure != null && ENDED.includes(snapshot.failure)
  return (
    <>
      {isConnectionEnded && <RenderAgain />}
      <ShownSnapshot {...props} snapshot={snapshot} isReading={false} clock={{ ...props.clock, now: now() }} />
    </>
  )
}

/** A page that already shows what is stored is not replaced by an error because newer could not be had. */
async function readFresh({ partnerUser, connectionId, kind, stored }: Props): Promise<Snapshot | null> {
  try {
    const result = await refreshSnapshot({ principal: { partnerUser }, connectionId, kind, defer: after })
    return result.kind === 'snapshot' ? result.snapshot : stored
  } catch (error) {
    log.error('A section could not be read', { error, connectionId })
    return {
      data: stored?.data ?? null,
      fetchedAt: stored?.fetchedAt ?? null,
      attemptedAt: now(),
      failure: 'unavailable',
    }
  }
}

type ShownProps = Props & { readonly snapshot: Snapshot | null; readonly isReading: boolean }

function ShownSnapshot({ kind, connectionId, snapshot, isReading, clock, refreshAction }: ShownProps) {
  return (
    <SnapshotSection
      kind={kind}
      snapshot={snapshot}
      clock={clock}
      isReading={isReading}
      retry={refreshAction && <RetryButton connectionId={connectionId} kind={kind} action={refreshAction} />}
    >
      <Content kind={kind} snapshot={snapshot} isReading={isReading} clock={clock} />
    </SnapshotSection>
  )
}

function Content({ kind, snapshot, isReading, clock }: Pick<ShownProps, 'kind' | 'snapshot' | 'isReading' | 'clock'>) {
  if (!snapshot?.fetchedAt) {
    if (isReading) return <FirstRead />
    return snapshot?.failure ? null : <p className="py-4 text-text-muted">Nothing was read yet.</p>
  }
  if (kind === 'balances') {
    const balances = storedBalances(snapshot.data)
    return balances && <BalancesTable {...balances} />
  }
  const details = storedAccountDetails(snapshot.data)
  return details && <AccountDefinitions details={details} clock={clock} />
}

/** The shape of what comes. */
function FirstRead() {
  return (
    <div className="divide-y">
      <p className="sr-only">Reading from Airwallex for the first time</p>
      {['w-40', 'w-28', 'w-48', 'w-32'].map((width) => (
        <div key={width} className="flex h-11 items-center justify-between gap-8">
          <Skeleton className={width} />
          <Skeleton className="w-24" />
        </div>
      ))}
    </div>
  )
}
