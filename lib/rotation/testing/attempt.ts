import { nextAttempt, startAttempt } from '@/lib/rotation/attempt/attempt'
import type { AttemptState, AttemptTransition, Rules } from '@/lib/rotation/attempt/state'
import type { Command, Event, Goal, Moment } from '@/lib/rotation/commands'
import { figures } from '@/lib/rotation/figures'
import type { StatementResult, TokenAnswer } from '@/lib/rotation/ports'
import type { CredentialRow, Reading } from '@/lib/rotation/row/row'
import { claimedRow, key, markedRow, NOW, readingOf, rowWith } from './rows'

/** Plays an attempt flow for the tests of the core: what each command led to, ten milliseconds apart. */
export type Outcome = Event extends infer E ? (E extends Event ? Omit<E, 'now'> : never) : never

const rules = { figures, lateProbe: true, process: 'test' }
/** `TOKEN_LATE_PROBE=off`. */
export const strict = { ...rules, lateProbe: false }
const goal: Goal = { key, cause: 'requested', neededBy: 'somebody' }

export const attempt = { ...key, grantNo: 1, generation: 1, fence: 1 }
export const fresh = readingOf(rowWith({}, 0))
export const rotated = {
  access_token: 'a2',
  expires_in: 300,
  refresh_token: 'r2',
  refresh_token_expires_in: 7_776_000,
}

export const at = (monotonicMs: number): Moment => ({ monotonicMs, wallMs: monotonicMs, random: 0.5 })

export function json(status: number, body: object): TokenAnswer {
  return { kind: 'answer', status, body: JSON.stringify(body) }
}

export function applied(row: CredentialRow): Outcome {
  return { kind: 'stored', result: { kind: 'applied', row, at: NOW } }
}

export function stored(kind: 'refused' | 'unknown'): Outcome {
  const result: StatementResult = kind === 'unknown' ? { kind, cause: 'lost' } : { kind }
  return { kind: 'stored', result }
}

export function read(row: CredentialRow, change: Partial<Reading> = {}): Outcome {
  return { kind: 'read', result: { kind: 'found', reading: readingOf(row, change) } }
}

export function answered(answer: TokenAnswer): Outcome {
  return { kind: 'answered', answer }
}

export const prepared: Outcome = { kind: 'prepared', result: { kind: 'prepared', refreshToken: 'r1' } }
export const waited: Outcome = { kind: 'waited' }
export const noted: Outcome = { kind: 'noted' }
export const toMark = [applied(claimedRow()), prepared]
export const toSend = [...toMark, applied(markedRow(0))]

/** From a first reading, or from none; gives where the outcomes lead. */
export function play(
  reading: Reading | null,
  outcomes: readonly Outcome[],
  change: Partial<Goal> = {},
  stepMs = 10,
  by: Rules = rules,
): AttemptTransition {
  let transition = startAttempt(by, { ...goal, ...change }, reading, at(0))
  outcomes.forEach((outcome, n) => {
    transition = nextAttempt(by, transition.state, { ...outcome, now: at((n + 1) * stepMs) } as Event)
  })
  return transition
}

export function command(outcomes: readonly Outcome[], reading: Reading | null = fresh, by: Rules = rules): Command {
  return play(reading, outcomes, {}, 10, by).command
}

export function resultOf({ state }: { state: AttemptState }) {
  return state.step === 'done' ? state.result : state.step
}
