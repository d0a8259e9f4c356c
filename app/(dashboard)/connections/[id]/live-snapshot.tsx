import { Suspense } from 'react'
import { AccountDefinitions } from '@/components/connections/detail/account-section'
import { BalancesTable } from '@/components/connections/detail/balances-table'
import { RetryButton } from '@/components/connections/detail/retry-button'
import { SnapshotSection } from '@/components/connections/detail/snapshot-section'
import { Skeleton } from '@/components/ui/skeleton'
import { now } from '@/lib/clock'
import type { ViewerClock } from '@/lib/format/time-zone'
import type { Snapshot, SnapshotKind } from '@/lib/snapshots/kinds'
import { storedAccountDetails, storedBalances } from '@/lib/snapshots/stored-details'

type Props = {
  readonly kind: SnapshotKind
  readonly connectionId: string
  readonly stored: Snapshot | null
  /** What Airwallex says, behind what is stored; null where it is not asked. */
  readonly reading: Promise<Snapshot | null> | null
  readonly clock: ViewerClock
  readonly refreshAction: ((form: FormData) => Promise<void>) | null
}

/** What is stored at once, and in its place what Airwallex says as soon as it has said it. */
export function LiveSnapshot(props: Props) {
  if (!props.reading) return <ShownSnapshot {...props} snapshot={props.stored} isReading={false} />
  return (
    <Suspense fallback={<ShownSnapshot {...props} snapshot={props.stored} isReading />}>
      <FreshSnapshot {...props} />
    </Suspense>
  )
}

async function FreshSnapshot(props: Props) {
  const snapshot = await props.reading
  return <ShownSnapshot {...props} snapshot={snapshot} isReading={false} clock={{ ...props.clock, now: now() }} />
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
      <p className="sr-only">Loading from Airwallex for the first time</p>
      {['w-40', 'w-28', 'w-48', 'w-32'].map((width) => (
        <div key={width} className="flex h-11 items-center justify-between gap-8">
          <Skeleton className={width} />
          <Skeleton className="w-24" />
        </div>
      ))}
    </div>
  )
}
