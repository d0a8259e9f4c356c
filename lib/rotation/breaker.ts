import type { Figures } from './figures'

/**
 * The breaker, one shared row. It protects Airwallex from us and our connections from an outage; it is never what
 * keeps a connection safe, so nobody waits for its writes and a lost one does no harm.
 */
export type BreakerRow = {
  readonly state: 'closed' | 'open' | 'half_open'
  readonly reason: 'upstream' | 'client_refused' | null
  readonly since: number
  /** The latest failure of each connection while closed, oldest first. */
  readonly failures: readonly { readonly connectionId: string; readonly at: number }[]
  /** When the next canary is due while open. */
  readonly canaryAt: number | null
  /** Half open: who may send, until when. */
  readonly slotHolder: string | null
  readonly slotUntil: number | null
}

export type BreakerReport =
  /** An ambiguous answer or a connection error. */
  | { readonly kind: 'failure'; readonly connectionId: string }
  /** Airwallex processed a request of ours. */
  | { readonly kind: 'good' }
  | { readonly kind: 'client_refused' }
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
      return afterFailure(breaker, report.connectionId, f, now)
    case 'good':
      if (breaker.state === 'open') return halfOpen(breaker, now)
      return isTroubled(breaker) ? { ...closedBreaker, since: now } : null
    case 'client_refused':
      return open('client_refused', f, now)
    case 'slot_returned':
      return breaker.slotHolder === report.holder ? { ...breaker, slotHolder: null, slotUntil: null } : null
    case 'canary':
      return breaker.state === 'open' && report.healthy ? halfOpen(breaker, now) : null
  }
}

/** Half open, one real send at a time; the slot lapses like any lease. Closed needs no slot. Null: refused. */
export function applyTakeSlot(
  breaker: BreakerRow,
  args: { holder: string; leaseMs: number },
  now: number,
): BreakerRow | null {
  if (breaker.state === 'closed') return breaker
  if (breaker.state === 'open' || !slotIsFree(breaker, now)) return null
  return { ...breaker, slotHolder: args.holder, slotUntil: now + args.leaseMs }
}

/** One canary in 15 s for the whole deployment. Null: not due, or somebody else has it. */
export function applyClaimCanary(breaker: BreakerRow, args: { everyMs: number }, now: number): BreakerRow | null {
  return canaryIsDue(breaker, now) ? { ...breaker, canaryAt: now + args.everyMs } : null
}

function afterFailure(breaker: BreakerRow, connectionId: string, f: Figures, now: number): BreakerRow | null {
  if (breaker.state === 'open') return null
  if (breaker.state === 'half_open') return open(breaker.reason ?? 'upstream', f, now)
  const others = breaker.failures.filter(
    (failure) => failure.connectionId !== connectionId && failure.at > now - f.breakerFailureWindowMs,
  )
  const failures = [...others, { connectionId, at: now }]
  return failures.length >= f.breakerFailures ? open('upstream', f, now) : { ...breaker, failures }
}

function open(reason: 'upstream' | 'client_refused', f: Figures, now: number): BreakerRow {
  return { ...closedBreaker, state: 'open', reason, since: now, canaryAt: now + f.canaryEveryMs }
}

function halfOpen(breaker: BreakerRow, now: number): BreakerRow {
  return { ...closedBreaker, state: 'half_open', reason: breaker.reason, since: now }
}
