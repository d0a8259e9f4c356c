import { nextAttempt, startAttempt } from '@/lib/rotation/attempt/attempt'
import type { AttemptState, AttemptTransition, Rules } from '@/lib/rotation/attempt/state'
import { nextCaller, startCaller } from '@/lib/rotation/caller/caller'
import type { CallerRequest, CallerState, CallerTransition } from '@/lib/rotation/caller/state'
import type { Event, Goal, Moment } from '@/lib/rotation/commands'
import type { Reading } from '@/lib/rotation/row/row'
import { type CanaryState, type CanaryTransition, nextCanary, startCanary } from './canary'

/**
 * The refresh-token rotation protocol (docs/rotation.md) as a reducer: a flow's state and an event give its next state
 * and one command. No clock, no database, no network; the product, the simulation and the exhaustive search drive this
 * same `next`.
 *
 * Three flows: a *caller* judges the row and hands out; an *attempt* pursues one rotation from claim to commit; a
 * *canary* asks whether Airwallex answers while the breaker is open.
 */
export type FlowState = CallerState | AttemptState | CanaryState

export type Protocol = {
  startCaller(request: CallerRequest, now: Moment): CallerTransition
  startAttempt(goal: Goal, reading: Reading | null, now: Moment): AttemptTransition
  startCanary(): CanaryTransition
  next<State extends FlowState>(state: State, event: Event): TransitionOf<State>
}

export type TransitionOf<State extends FlowState> = State extends CallerState
  ? CallerTransition
  : State extends AttemptState
    ? AttemptTransition
    : CanaryTransition

export function createProtocol(rules: Rules): Protocol {
  return {
    startCaller: (request, now) => startCaller(rules, request, now),
    startAttempt: (goal, reading, now) => startAttempt(rules, goal, reading, now),
    startCanary: () => startCanary(rules),
    next: <State extends FlowState>(state: State, event: Event) => next(rules, state, event) as TransitionOf<State>,
  }
}

function next(rules: Rules, state: FlowState, event: Event): CallerTransition | AttemptTransition | CanaryTransition {
  switch (state.flow) {
    case 'caller':
      return nextCaller(rules, state, event)
    case 'attempt':
      return nextAttempt(rules, state, event)
    case 'canary':
      return nextCanary(rules, state, event)
  }
}
