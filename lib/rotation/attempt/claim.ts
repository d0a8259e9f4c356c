import { isHealthyCanary } from '@/lib/rotation/classify'
import type { Event, Moment } from '@/lib/rotation/commands'
import { isTroubled } from '@/lib/rotation/row/breaker'
import { leaseFor, planAttempt } from '@/lib/rotation/row/plan'
import { isSameVersion, type Reading } from '@/lib/rotation/row/row'
import { breakerNotes, finish, gaveUp, pause, release, slotHolder } from './end'
import { lineageOf } from './records'
import { prepare } from './send'
import { leave, retry, settle } from './settle'
import type { At, AttemptFlow, AttemptTransition, Claimed, Rules } from './state'
import { expectEvent, flowOf, to } from './state'

/** Step 1: look, claim, and what lies between a claim and its preparation. */

export function look(flow: AttemptFlow, afterRefusedClaim = false): AttemptTransition {
  return to({ ...flowOf(flow), step: 'looking', afterRefusedClaim }, { kind: 'read', key: flow.goal.key })
}

export function looked(rules: Rules, state: At<'looking'>, event: Event): AttemptTransition {
  const { result } = expectEvent(event, 'read')
  if (result.kind === 'absent') return finish(state, { kind: 'absent' })
  if (result.kind === 'unknown') return pause(rules, state, 'store_unreachable', event.now)
  return consider(rules, state, result.reading, event.now, state.afterRefusedClaim)
}

/** Moved on: done. Claimable: claim. Someone on it, or not due: wait 150-350 ms and look again, while there is time. */
export function consider(
  rules: Rules,
  flow: AttemptFlow,
  reading: Reading,
  now: Moment,
  afterRefusedClaim = false,
): AttemptTransition {
  const { row } = reading
  const target = flow.target ?? { grantNo: row.grantNo, generation: row.generation }
  if (!isSameVersion(row, target)) return finish(flow, { kind: 'moved_on' })

  const pursuit = { ...flowOf(flow), target }
  const { cause } = flow.goal
  const plan = planAttempt(reading, { cause, lateProbe: rules.lateProbe }, rules.figures)
  switch (plan.kind) {
    case 'stop':
      return finish(pursuit, gaveUp(plan.why))
    case 'busy': {
      const comesTooLate = plan.dueInMs !== null && now.monotonicMs + plan.dueInMs >= flow.deadlineMs
      return comesTooLate ? finish(pursuit, gaveUp('not_due')) : pause(rules, pursuit, 'busy', now)
    }
    case 'claim': {
      if (afterRefusedClaim) return pause(rules, pursuit, 'busy', now)
      const { purpose, needsSlot } = plan
      const breakerTroubled = isTroubled(reading.breaker)
      const args = { ...flow.goal.key, ...target, leaseMs: leaseFor(purpose, rules.figures) }
      return to({ ...pursuit, step: 'claiming', purpose, needsSlot, breakerTroubled }, { kind: 'claim', args })
    }
  }
}

export function claimed(rules: Rules, state: At<'claiming'>, event: Event): AttemptTransition {
  if (event.kind === 'stopping') return finish(state, gaveUp('stopping'))
  const { result } = expectEvent(event, 'stored')
  if (result.kind === 'refused') return look(state, true)
  // If it did run, no one knows the fence it took: that lease expires.
  if (result.kind === 'unknown') return pause(rules, state, 'store_unreachable', event.now)

  const { row } = result
  const { purpose, needsSlot, breakerTroubled } = state
  const claim: Claimed = {
    key: { ...state.goal.key, grantNo: row.grantNo, generation: row.generation, fence: row.fence },
    purpose,
    row,
    claimedMonotonicMs: event.now.monotonicMs,
    holdsSlot: false,
    breakerTroubled,
  }
  if (!needsSlot) return begin(rules, state, claim)
  return to(
    { ...flowOf(state), step: 'taking_slot', claimed: claim },
    { kind: 'take_slot', holder: slotHolder(claim), leaseMs: leaseFor(purpose, rules.figures) },
  )
}

/** Step 10: a half-open breaker lets one real send through at a time. */
export function tookSlot(rules: Rules, state: At<'taking_slot'>, event: Event): AttemptTransition {
  const { result } = expectEvent(event, 'breaker')
  if (result.kind === 'applied') return begin(rules, state, { ...state.claimed, holdsSlot: true })
  return release(state, state.claimed, { delayMs: 0, countAttempt: false }, retry('breaker_open'))
}

function begin(rules: Rules, flow: AttemptFlow, claim: Claimed): AttemptTransition {
  switch (claim.purpose.kind) {
    case 'first_send':
    case 'resend':
      return prepare(flow, claim)
    case 'late_probe':
      return to(
        { ...flowOf(flow), step: 'sending_canary', claimed: claim },
        { kind: 'canary', attemptMs: rules.figures.canaryAttemptMs },
      )
    case 'terminal':
      return waitForHolder(flow, claim, rules.figures.probeWaitMs)
  }
}

/** A late probe is spent only on an endpoint that answers. */
export function canaryAnswered(rules: Rules, state: At<'sending_canary'>, event: Event): AttemptTransition {
  const { answer } = expectEvent(event, 'canary_answered')
  const { claimed: claim } = state
  if (!isHealthyCanary(answer)) {
    const pacing = { delayMs: rules.figures.probeRetryMs, countAttempt: false }
    return release(state, claim, pacing, leave('canary_unhealthy', breakerNotes(claim, 'nothing')))
  }
  const waited = event.now.monotonicMs - claim.claimedMonotonicMs
  return waitForHolder(state, claim, Math.max(0, rules.figures.probeWaitMs - waited))
}

/** Whoever sent last may live and hold the answer: its commit comes first. */
function waitForHolder(flow: AttemptFlow, claim: Claimed, ms: number): AttemptTransition {
  return to({ ...flowOf(flow), step: 'waiting_for_holder', claimed: claim }, { kind: 'wait', ms })
}

export function waitedForHolder(rules: Rules, state: At<'waiting_for_holder'>, event: Event): AttemptTransition {
  expectEvent(event, 'waited')
  const { claimed: claim } = state
  if (claim.purpose.kind !== 'terminal') return prepare(state, claim)

  const { reason } = claim.purpose
  const lineage = lineageOf(rules, state, claim, { outcome: 'unresolved' })
  return settle(
    state,
    claim,
    {
      statement: { kind: 'terminal', args: { ...claim.key, reason, windowMs: rules.figures.windowMs, lineage } },
      sent: null,
      after: { notes: [], again: false, result: { kind: 'ended', reason } },
      afterRefusal: retry('busy'),
    },
    [{ kind: 'alarm', key: claim.key, alarm: 'unresolved' }],
  )
}
