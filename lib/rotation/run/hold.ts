import { between } from '@/lib/rotation/figures'
import type { ConnectionKey } from '@/lib/rotation/row/row'
import type { AttemptKey } from '@/lib/rotation/row/statements'
import type { RotationDeps } from './perform'

export type Hold =
  | { readonly kind: 'held'; readonly attempt: AttemptKey }
  /** There is no grant that could be refreshed meanwhile. */
  | { readonly kind: 'nothing_to_hold' }
  /** An attempt did not end in time. */
  | { readonly kind: 'busy' }

type HoldDeps = Pick<RotationDeps, 'store' | 'clock' | 'random' | 'rules'>

/**
 * Keeps refreshes of the old grant away from a reauthorization's code exchange until the new grant is swapped in
 * (rotation.md step 12): takes the claim of an attempt and sends nothing. The swap clears it; killed in between, it
 * expires like any lease. It lasts longer than everything that the reauthorization may wait for. Waits at most one lease for an attempt in flight.
 */
export async function holdOldGrant({ store, clock, random, rules }: HoldDeps, key: ConnectionKey): Promise<Hold> {
  const { leaseMs, holdMs, claimRetryMinMs, claimRetryMaxMs, callerBudgetMs } = rules.figures
  const deadlineMs = clock.monotonicMs() + leaseMs + callerBudgetMs
  do {
    const read = await store.read(key)
    if (read.kind === 'absent') return { kind: 'nothing_to_hold' }
    if (read.kind === 'found') {
      const { status, grantNo, generation } = read.reading.row
      if (status !== 'active') return { kind: 'nothing_to_hold' }
      const claim = await store.claim({ ...key, grantNo, generation, leaseMs: holdMs })
      if (claim.kind === 'applied') {
        return { kind: 'held', attempt: { ...key, grantNo, generation, fence: claim.row.fence } }
      }
    }
    await clock.sleep(between(claimRetryMinMs, claimRetryMaxMs, random()))
  } while (clock.monotonicMs() < deadlineMs)
  return { kind: 'busy' }
}

/** After an exchange that brought no new grant: refreshes of the old one may go on. */
export async function releaseHold({ store }: HoldDeps, hold: Hold): Promise<void> {
  if (hold.kind === 'held') await store.release({ ...hold.attempt, delayMs: 0, countAttempt: false })
}
