import type { Figures } from '@/lib/rotation/figures'

/**
 * The breaker, one shared row. It protects Airwallex from us and our connections from an outage; it is never what
 * keeps a connection safe, so no one waits for its writes and a lost one does no harm.
 */
export type BreakerRow = {
  readonly state: 'closed' | 'open' | 'half_open'
  readonly reason: 'upstream' | 'client_refused' | null
  readonly since: number
  /** While closed, oldest first: of each connection its latest failure, and its latest refusal that nothing contradicts. */
  readonly failures: readonly BreakerFailure[]
  /** When the next canary is due while open. */
  readonly canaryAt: number | null
  /** Half open: who may send, until when. */
  readonly slotHolder: string | null
  readonly slotUntil: number | null
}

export type BreakerFailure = { readonly connectionId: string; readonly at: number; readonly refused?: true }

export type BreakerReport =
  /** An ambiguous answer or a connection error. */
  | { readonly kind: 'failure'; readonly connectionId: string }
  /** Airwallex processed a request of ours. */
  | { readonly kind: 'good' }
  /** One connection was refused as our client would be, and no canary said whether it is alone. */
  | { readonly kind: 'client_refused'; readonly connectionId: string }
  /** A request without a connection was refused so: it is our client. */
  | { readonly kind: 'canary_refused' }
  | { readonly kind: 'slot_returned'; readonly holder: string }
  | { readonly kind: 'canary'; readonly healthy: boolean }

export const closedBreaker: BreakerRow = {
  state: 'closed',
  reason: null,
  since: 0,
  failures: [],
  canaryAt: null,
  slotHolder: null,
  slotUntil: null,
}

/** Good answers are worth a write only while there is something to clear. */
export function isTroubled(breaker: BreakerRow): boolean {
  return breaker.state !== 'closed' || breaker.failures.length > 0
}

export function slotIsFree(breaker: BreakerRow, at: number): boolean {
  return breaker.slotUntil === null || breaker.slotUntil <= at
}

export function canaryIsDue(breaker: BreakerRow, at: number): boolean {
  return breaker.state === 'open' && breaker.canaryAt !== null && breaker.canaryAt <= at
}

/** The breaker after a report, or null where the report changes nothing. */
export function applyBreakerReport(
  breaker: BreakerRow,
  report: BreakerReport,
  f: Figures,
  now: number,
): BreakerRow | null {
  switch (report.kind) {
    case 'failure':
      return afterFailure(breaker, { connectionId: report.connectionId, at: now }, f)
    case 'good':
      if (breaker.state === 'open') return halfOpen(breaker, now)
      return isTroubled(breaker) ? { ...closedBreaker, since: now } : null
    case 'client_refused':
      return afterFailure(breaker, { connectionId: report.connectionId, at: now, refused: true }, f)
    case 'canary_refused':
      return breaker.state === 'open' ? null : open('client_refused', f, now)
    case 'slot_returned':
      return breaker.slotHolder === report.holder ? { ...breaker, slotHolder: null, slotUntil: null } : null
    case 'canary':
      return breaker.state === 'open' && report.healthy ? halfOpen(breaker, now) : null
  }
}

/** Half open, one real send at a time; the slot expires like any lease. Closed needs no slot. Null: refused. */
export function applyTakeSlot(
  breaker: BreakerRow,
  args: { holder: string; leaseMs: number },
  now: number,
): BreakerRow | null {
  if (breaker.state === 'closed') return breaker
  if (breaker.state === 'open' || !slotIsFree(breaker, now)) return null
  return { ...breaker, slotHolder: args.holder, slotUntil: now + args.leaseMs }
}

/** One canary in 15 s for the whole deployment. Null: not due, or someone else has it. */
export function applyClaimCanary(breaker: BreakerRow, args: { everyMs: number }, now: number): BreakerRow | null {
  return canaryIsDue(breaker, now) ? { ...breaker, canaryAt: now + args.everyMs } : null
}

/** Three connections fail, or two are refused: one alone may have a reason of its own. */
function afterFailure(breaker: BreakerRow, latest: BreakerFailure, f: Figures): BreakerRow | null {
  const { connectionId, at, refused } = latest
  if (breaker.state === 'open') return null
  if (breaker.state === 'half_open') return open(refused ? 'client_refused' : (breaker.reason ?? 'upstream'), f, at)
  const recent = breaker.failures.filter((failure) => failure.at > at - f.breakerFailureWindowMs)
  const others = recent.filter((failure) => failure.connectionId !== connectionId || failure.refused !== refused)
  const failures = [...others, latest]
  const alike = failures.filter((failure) => failure.refused === refused).length
  if (alike < (refused ? f.breakerRefusals : f.breakerFailures)) return { ...breaker, failures }
  return open(refused ? 'client_refused' : 'upstream', f, at)
}

function open(reason: 'upstream' | 'client_refused', f: Figures, now: number): BreakerRow {
  return { ...closedBreaker, state: 'open', reason, since: now, canaryAt: now + f.canaryEveryMs }
}

function halfOpen(breaker: BreakerRow, now: number): BreakerRow {
  return { ...closedBreaker, state: 'half_open', reason: breaker.reason, since: now }
}
