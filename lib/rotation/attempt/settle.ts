import type { Command, Event, GaveUpReason, Moment, Observation } from '@/lib/rotation/commands'
import { storeRetryMs } from '@/lib/rotation/figures'
import { conclude, gaveUp, type Pacing, release } from './end'
import type { After, At, AttemptFlow, AttemptTransition, Claimed, Rules, Settlement, Settling } from './state'
import { expectEvent, flowOf, to } from './state'

/**
 * Step 7: commit, undo and the endings, each repeated until its outcome is known. Each repetition uses a connection of its
 * own, whatever other callers meet: the pool's may be dead, and only this statement knows.
 */

type SettlementPlan = Omit<Settlement, 'claimed' | 'tries'>

export function settle(
  flow: AttemptFlow,
  claimed: Claimed,
  plan: SettlementPlan,
  observed: readonly Observation[] = [],
): AttemptTransition {
  return to({ ...flowOf(flow), step: 'settling', claimed, tries: 0, ...plan }, plan.statement, observed)
}

/** The send provably did not happen, or was not processed. Where no mark of ours is found, the lease is freed. */
export function undo(
  flow: AttemptFlow,
  claimed: Claimed,
  pacing: Pacing,
  after: After,
  observed: readonly Observation[] = [],
): AttemptTransition {
  const { firstSentAt, sentFence } = claimed.row
  const lateProbe = claimed.purpose.kind === 'late_probe' && firstSentAt !== null ? { firstSentAt } : null
  const statement: Settling = {
    kind: 'undo',
    args: { ...claimed.key, ...pacing, sentFenceBefore: sentFence, lateProbe },
  }
  return settle(flow, claimed, { statement, sent: null, after, afterRefusal: after }, observed)
}

export function settled(rules: Rules, state: At<'settling'>, event: Event): AttemptTransition {
  const { result } = expectEvent(event, 'stored')
  const { statement, claimed, after, afterRefusal } = state
  if (result.kind === 'applied') return conclude(rules, state, after, event.now)
  if (result.kind === 'unknown') {
    return to({ ...state, step: 'pausing_settlement', tries: state.tries + 1 }, waitAfter(rules, state))
  }
  if (statement.kind === 'commit') return to({ ...state, step: 'verifying' }, { kind: 'read', key: state.goal.key })

  const { delayMs, countAttempt } = statement.kind === 'undo' ? statement.args : { delayMs: 0, countAttempt: false }
  return release(state, claimed, { delayMs, countAttempt }, afterRefusal)
}

/** A commit that found no row has either worked before, its acknowledgement lost, or lost to a newer send. */
export function verified(rules: Rules, state: At<'verifying'>, event: Event): AttemptTransition {
  const { result } = expectEvent(event, 'read')
  if (result.kind === 'unknown') {
    return to({ ...state, step: 'pausing_verification', tries: state.tries + 1 }, waitAfter(rules, state))
  }
  if (result.kind === 'absent') return conclude(rules, state, { ...state.after, result: { kind: 'absent' } }, event.now)

  const { row } = result.reading
  const { key } = state.claimed
  const next = key.generation + 1
  if (row.grantNo === key.grantNo && row.generation === next && row.commitFence === key.fence) {
    return conclude(rules, state, state.after, event.now)
  }
  // Two rotations later there is no telling whether the first of them was ours, and no need to.
  if (row.grantNo === key.grantNo && row.generation > next) {
    return conclude(rules, state, { ...state.after, result: { kind: 'moved_on' } }, event.now)
  }
  const dropped = { kind: 'alarm', key, alarm: 'answer_dropped' } as const
  return conclude(rules, state, state.afterRefusal, event.now, [dropped])
}

export function repeatStatement(state: At<'pausing_settlement'>, event: Event): AttemptTransition {
  expectEvent(event, 'waited')
  return to({ ...state, step: 'settling' }, { ...asOf(state, event.now), on: 'fresh' })
}

export function repeatVerification(state: At<'pausing_verification'>, event: Event): AttemptTransition {
  expectEvent(event, 'waited')
  return to({ ...state, step: 'verifying' }, { kind: 'read', key: state.goal.key, on: 'fresh' })
}

/** A commit's expiries count from the send, so each try tells anew how long ago that was. */
function asOf({ statement, sent }: Settlement, now: Moment): Settling {
  if (statement.kind !== 'commit' || sent === null) return statement
  return { kind: 'commit', draft: { ...statement.draft, elapsedMs: now.monotonicMs - sent.sentMonotonicMs } }
}

function waitAfter(rules: Rules, { tries }: Settlement): Command {
  return { kind: 'wait', ms: storeRetryMs(rules.figures, tries) }
}

/** Try again while there is time, with this as the reason to give up. */
export function retry(why: GaveUpReason, notes: After['notes'] = []): After {
  return { notes, again: true, result: gaveUp(why) }
}

/** Leave it to whoever comes next. */
export function leave(why: GaveUpReason, notes: After['notes'] = []): After {
  return { notes, again: false, result: gaveUp(why) }
}
