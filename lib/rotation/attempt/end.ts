import { classify, isHealthyCanary } from '@/lib/rotation/classify'
import type { Alarm, AttemptResult, Event, GaveUpReason, Moment, Observation } from '@/lib/rotation/commands'
import { between } from '@/lib/rotation/figures'
import type { After, At, AttemptFlow, AttemptTransition, Claimed, Rules } from './state'
import { expectEvent, flowOf, to } from './state'

/** How attempts release, report, try again and end (steps 8 and 10). */

/** When a freed row may be tried again, and whether this try counts towards the back-off. */
export type Pacing = { readonly delayMs: number; readonly countAttempt: boolean }

export function gaveUp(why: GaveUpReason): AttemptResult {
  return { kind: 'gave_up', why }
}

export function finish(
  flow: AttemptFlow,
  result: AttemptResult,
  observed: readonly Observation[] = [],
): AttemptTransition {
  const { key, cause } = flow.goal
  return to({ ...flowOf(flow), step: 'done', result }, { kind: 'done' }, [
    ...observed,
    { kind: 'attempt_ended', key, cause, result },
  ])
}

/** Waits a little, then looks again, unless the flow's time is over. */
export function pause(rules: Rules, flow: AttemptFlow, why: GaveUpReason, now: Moment): AttemptTransition {
  return pauseOrEnd(rules, flow, gaveUp(why), now)
}

/** Step 8: frees the lease. Best effort: a lease that stays expires. */
export function release(
  flow: AttemptFlow,
  claimed: Claimed,
  pacing: Pacing,
  after: After,
  observed: readonly Observation[] = [],
): AttemptTransition {
  return to(
    { ...flowOf(flow), step: 'releasing', after },
    { kind: 'release', args: { ...claimed.key, ...pacing } },
    observed,
  )
}

export function released(rules: Rules, state: At<'releasing'>, event: Event): AttemptTransition {
  expectEvent(event, 'stored')
  return conclude(rules, state, state.after, event.now)
}

export function noted(rules: Rules, state: At<'noting'>, event: Event): AttemptTransition {
  expectEvent(event, 'noted')
  return conclude(rules, state, { ...state.after, notes: state.after.notes.slice(1) }, event.now)
}

/** The row is settled: tell the breaker and the lineage, then try again or end. */
export function conclude(
  rules: Rules,
  flow: AttemptFlow,
  after: After,
  now: Moment,
  observed: readonly Observation[] = [],
): AttemptTransition {
  const { refusal, ...settled } = after
  if (refusal) {
    const canary = { kind: 'canary', attemptMs: rules.figures.canaryAttemptMs } as const
    return to({ ...flowOf(flow), step: 'checking_refusal', refusal, after: settled }, canary, observed)
  }
  const note = after.notes[0]
  if (note) return to({ ...flowOf(flow), step: 'noting', after }, note, observed)
  return after.again ? pauseOrEnd(rules, flow, after.result, now, observed) : finish(flow, after.result, observed)
}

/**
 * Whether a refusal is about our client or about this connection alone: a canary is refused like any client, and carries no
 * connection (step 10). The shared breaker hears of a refusal only where no healthy canary contradicts it.
 */
export function checkedRefusal(rules: Rules, state: At<'checking_refusal'>, event: Event): AttemptTransition {
  const { answer } = expectEvent(event, 'canary_answered')
  const { claimed, code: detail } = state.refusal
  const { key } = claimed
  const alarmed = (alarm: Alarm, notes: After['notes']) =>
    conclude(rules, state, { ...state.after, notes: [...state.after.notes, ...notes] }, event.now, [
      { kind: 'alarm', key, alarm, detail },
    ])
  if (isHealthyCanary(answer)) return alarmed('connection_refused', breakerNotes(claimed, 'nothing'))
  const isOurClient = classify(answer).kind === 'client_refused'
  const report = isOurClient
    ? ({ kind: 'canary_refused' } as const)
    : ({ kind: 'client_refused', connectionId: key.connectionId } as const)
  return alarmed('client_refused', [{ kind: 'report', report }])
}

/** What the breaker should hear of this attempt (step 10). */
export function breakerNotes(claimed: Claimed, how: 'good' | 'failure' | 'nothing'): After['notes'] {
  switch (how) {
    case 'failure':
      return [{ kind: 'report', report: { kind: 'failure', connectionId: claimed.key.connectionId } }]
    case 'good':
      return claimed.breakerTroubled ? [{ kind: 'report', report: { kind: 'good' } }] : []
    case 'nothing':
      return claimed.holdsSlot
        ? [{ kind: 'report', report: { kind: 'slot_returned', holder: slotHolder(claimed) } }]
        : []
  }
}

export function slotHolder(claimed: Pick<Claimed, 'key'>): string {
  return `${claimed.key.connectionId}/${claimed.key.fence}`
}

function pauseOrEnd(
  rules: Rules,
  flow: AttemptFlow,
  result: AttemptResult,
  now: Moment,
  observed: readonly Observation[] = [],
): AttemptTransition {
  if (now.monotonicMs >= flow.deadlineMs) return finish(flow, result, observed)
  const { claimRetryMinMs, claimRetryMaxMs } = rules.figures
  return to(
    { ...flowOf(flow), step: 'pausing' },
    { kind: 'wait', ms: between(claimRetryMinMs, claimRetryMaxMs, now.random) },
    observed,
  )
}
