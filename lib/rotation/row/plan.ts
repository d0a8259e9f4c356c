import type { Figures } from '@/lib/rotation/figures'
import { slotIsFree } from './breaker'
import type { Cause } from './lineage'
import { isDue, isWithinWindow, leaseIsLive, type Reading, type ReauthorizationReason } from './row'
import { isDueForKeepAlive } from './scans'

/** What a claim is for; decided on a fresh reading, then held to by the conditions of each statement. */
export type Purpose =
  | { readonly kind: 'first_send' }
  /** Inside the window of an earlier send. */
  | { readonly kind: 'resend' }
  | { readonly kind: 'late_probe' }
  | { readonly kind: 'terminal'; readonly reason: ReauthorizationReason }

export type Plan =
  | { readonly kind: 'claim'; readonly purpose: Purpose; readonly needsSlot: boolean }
  /** Someone else is on it, or it is not due yet. `dueInMs` is known for the latter. */
  | { readonly kind: 'busy'; readonly dueInMs: number | null }
  | { readonly kind: 'stop'; readonly why: StopReason }

export type StopReason = 'nothing_to_do' | 'not_active' | 'frozen' | 'quarantined' | 'breaker_open'

export type PlanRequest = { readonly cause: Cause; readonly lateProbe: boolean }

/** The decision before each claim (steps 1, 9 and 10, late probe and terminal rule). */
export function planAttempt(reading: Reading, request: PlanRequest, f: Figures): Plan {
  const { row, at } = reading
  if (row.status !== 'active') return { kind: 'stop', why: 'not_active' }
  if (row.quarantinedAt !== null) return { kind: 'stop', why: 'quarantined' }
  if (!isWanted(reading, request.cause)) return { kind: 'stop', why: 'nothing_to_do' }
  if (leaseIsLive(row, at)) return { kind: 'busy', dueInMs: null }
  if (!isDue(row, at)) return { kind: 'busy', dueInMs: (row.nextAttemptAt ?? at) - at }

  if (row.firstSentAt === null) {
    return reading.frozen ? { kind: 'stop', why: 'frozen' } : behindBreaker(reading, { kind: 'first_send' }, f)
  }
  if (isWithinWindow(row, at, f.windowMs)) return claimFor({ kind: 'resend' })
  // One more send is never worse than giving up: nothing but the strict rule ends a grant that went unanswered.
  if (request.lateProbe) return behindBreaker(reading, { kind: 'late_probe' }, f)
  const reason = row.disconnectEventAt === null ? 'unresolved' : 'disconnected_at_airwallex'
  return claimFor({ kind: 'terminal', reason })
}

/** Ending a grant, and a late probe, first wait for a living holder's commit: their lease is longer by that wait. */
export function leaseFor(purpose: Purpose, f: Figures): number {
  return waitsForHolder(purpose) ? f.leaseMs + f.probeWaitMs : f.leaseMs
}

export function waitsForHolder(purpose: Purpose): boolean {
  return purpose.kind === 'late_probe' || purpose.kind === 'terminal'
}

/** Background work ends where its reason has gone; a caller's reason is checked by the version it pursues. */
function isWanted({ row, at }: Reading, cause: Cause): boolean {
  if (cause === 'rescue') return row.firstSentAt !== null || row.unreadableSince !== null
  if (cause === 'keep_alive') return row.firstSentAt !== null || isDueForKeepAlive(row, at)
  return true
}

/**
 * Half open, whoever is in doubt already goes first: if Airwallex still fails, no further connection comes into doubt. The
 * rescuers find those within a tick.
 */
function behindBreaker({ breaker, at }: Reading, purpose: Purpose, f: Figures): Plan {
  if (breaker.state === 'open') return { kind: 'stop', why: 'breaker_open' }
  if (breaker.state === 'closed') return claimFor(purpose)
  const firstComes = breaker.since + f.tickMs
  if (purpose.kind === 'first_send' && at < firstComes) return { kind: 'busy', dueInMs: firstComes - at }
  return slotIsFree(breaker, at) ? { kind: 'claim', purpose, needsSlot: true } : { kind: 'busy', dueInMs: null }
}

function claimFor(purpose: Purpose): Plan {
  return { kind: 'claim', purpose, needsSlot: false }
}
