import { figures } from '@/lib/rotation/figures'
import type { RenewalState } from './lineage-views'

/** A sent and unanswered refresh, as people see it (steps 8 and 9 of docs/rotation.md). */
export type Renewal =
  /** Its first answer is awaited: what every renewal passes through. */
  | { readonly kind: 'sending' }
  | {
      readonly kind: 'interrupted'
      readonly since: Date
      /** How often the refresh token was sent. */
      readonly sends: number
      /** Until `windowEndsAt` it is simply repeated; afterwards as late probes, for as long as it takes. */
      readonly phase: 'repeating' | 'late'
      readonly windowEndsAt: Date
      /** Late probes made. */
      readonly probes: number
      /** The next repeat: under way, or when the rescuer finds it at the latest. */
      readonly next: { readonly kind: 'under_way' } | { readonly kind: 'by'; readonly at: Date }
    }

export function renewalOf(state: RenewalState): Renewal {
  const { now, firstSentAt, ambiguousSince, sendCount, lateProbes, leaseUntil, nextAttemptAt } = state
  const isHeld = leaseUntil !== null && leaseUntil > now
  if (isHeld && sendCount <= 1 && lateProbes === 0) return { kind: 'sending' }
  const due = Math.max(now.getTime(), nextAttemptAt?.getTime() ?? 0)
  const windowEndsAt = new Date(firstSentAt.getTime() + figures.windowMs)
  return {
    kind: 'interrupted',
    since: ambiguousSince,
    sends: sendCount,
    phase: lateProbes === 0 && windowEndsAt > now ? 'repeating' : 'late',
    windowEndsAt,
    probes: lateProbes,
    next: isHeld ? { kind: 'under_way' } : { kind: 'by', at: new Date(due + figures.tickMs) },
  }
}
