import type { Event, Goal, Moment } from '@/lib/rotation/commands'
import type { Reading } from '@/lib/rotation/row/row'
import { canaryAnswered, claimed, consider, look, looked, tookSlot, waitedForHolder } from './claim'
import { checkedRefusal, noted, released } from './end'
import { answered, marked, prepared, reread } from './send'
import { repeatStatement, repeatVerification, settled, verified } from './settle'
import { type AttemptFlow, type AttemptState, type AttemptTransition, expectEvent, type Rules } from './state'

/**
 * One attempt flow: the pursuit of one rotation, from claim to commit (rotation.md steps 1 to 9). It starts from what a
 * caller has just read, or reads first.
 */
export function startAttempt(rules: Rules, goal: Goal, reading: Reading | null, now: Moment): AttemptTransition {
  const flow: AttemptFlow = {
    flow: 'attempt',
    goal,
    target: null,
    deadlineMs: now.monotonicMs + rules.figures.callerBudgetMs,
    sawNoRefreshToken: false,
  }
  return reading === null ? look(flow) : consider(rules, flow, reading, now)
}

export function nextAttempt(rules: Rules, state: AttemptState, event: Event): AttemptTransition {
  switch (state.step) {
    // 1. Claim
    case 'looking':
      return looked(rules, state, event)
    case 'pausing':
      expectEvent(event, 'waited')
      return look(state)
    case 'claiming':
      return claimed(rules, state, event)
    // 10. Breaker and late probe, between claim and preparation
    case 'taking_slot':
      return tookSlot(rules, state, event)
    case 'sending_canary':
      return canaryAnswered(rules, state, event)
    case 'waiting_for_holder':
      return waitedForHolder(rules, state, event)
    // 2. Prepare
    case 'preparing':
      return prepared(rules, state, event)
    // 3. Mark
    case 'marking':
      return marked(rules, state, event)
    // 4. Guard, 5. Send, 6. Classify
    case 'sending':
      return answered(rules, state, event)
    case 'rereading':
      return reread(rules, state, event)
    // 7. Commit, undo and the endings, until known
    case 'settling':
      return settled(rules, state, event)
    case 'pausing_settlement':
      return repeatStatement(state, event)
    case 'verifying':
      return verified(rules, state, event)
    case 'pausing_verification':
      return repeatVerification(state, event)
    // 8. Release, and what others are told
    case 'releasing':
      return released(rules, state, event)
    case 'checking_refusal':
      return checkedRefusal(rules, state, event)
    case 'noting':
      return noted(rules, state, event)
    case 'done':
      throw new Error(`The protocol got the event "${event.kind}" after its end`)
  }
}
