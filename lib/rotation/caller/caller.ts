import { expectEvent, type Rules, to } from '@/lib/rotation/attempt/state'
import type { Event, Moment } from '@/lib/rotation/commands'
import { between } from '@/lib/rotation/figures'
import { accessTokenLeftMs, isUsable, judgeRow } from '@/lib/rotation/row/judge-row'
import { isSameVersion, leaseIsLive, type Reading } from '@/lib/rotation/row/row'
import {
  type CallerFlow,
  type CallerRequest,
  type CallerState,
  type CallerTransition,
  finishCaller,
  flowOfCaller,
  handOut,
  type In,
  type Instant,
  pursue,
  unavailable,
} from './state'

/** One caller who needs an access token (rotation.md step 0, and step 11 for one whose token the API refused). */
export function startCaller(rules: Rules, request: CallerRequest, now: Moment): CallerTransition {
  const deadlineMs = now.monotonicMs + rules.figures.callerBudgetMs
  return read({ flow: 'caller', request, deadlineMs, pursued: null, gaveUp: false, forced: 'not_yet' }, now)
}

export function nextCaller(rules: Rules, state: CallerState, event: Event): CallerTransition {
  switch (state.step) {
    case 'reading':
      return judged(rules, state, event)
    case 'forcing':
      return forced(rules, state, event)
    case 'pursuing':
      return pursued(rules, state, event)
    case 'pausing':
      expectEvent(event, 'waited')
      return read(state, event.now)
    case 'opening':
      return opened(rules, state, event)
    case 'done':
      throw new Error(`The protocol got the event "${event.kind}" after its end`)
  }
}

function read(flow: CallerFlow, { monotonicMs, wallMs }: Moment): CallerTransition {
  const readIssued = { monotonicMs, wallMs }
  return to({ ...flowOfCaller(flow), step: 'reading', readIssued }, { kind: 'read', key: flow.request.key })
}

/** Every read is judged from the start: nothing read before a wait is handed out. */
function judged(rules: Rules, state: In<'reading'>, event: Event): CallerTransition {
  const { result } = expectEvent(event, 'read')
  if (result.kind === 'absent') return finishCaller(state, { kind: 'absent' }, null)
  if (result.kind === 'unknown') return unavailable(rules, state, 'store_unreachable', null)

  const { reading } = result
  const judgement = judgeRow(reading, state.request.minTtlMs, rules.figures)
  if (judgement.kind === 'refuse') return finishCaller(state, judgement.refusal, reading)
  if (namesThis(state, reading)) return answerRefusedToken(rules, state, reading, event.now)
  if (judgement.kind === 'hand_out') return handOut(state, reading, judgement.refreshBeside, state.readIssued)
  if (mayPursue(state, reading, event.now)) return pursue(state, reading, 'requested', event.now)
  return isUsable(reading.row, reading.at, rules.figures)
    ? handOut(state, reading, false, state.readIssued)
    : unavailable(rules, state, 'no_fresh_token', reading)
}

/** A caller starts at most one rotation, and none once its own attempt gave up or its time is over. */
function mayPursue(flow: CallerFlow, { row }: Reading, now: Moment): boolean {
  const sameAsBefore = flow.pursued === null || isSameVersion(flow.pursued, row)
  return sameAsBefore && !flow.gaveUp && now.monotonicMs < flow.deadlineMs
}

function pursued(rules: Rules, state: In<'pursuing'>, event: Event): CallerTransition {
  const { result, joined } = expectEvent(event, 'pursued')
  // Someone else's flight that gave up began earlier than this caller, who may have time for one of its own.
  const onceMore = result.kind === 'gave_up' && joined && event.now.monotonicMs < state.deadlineMs
  if (onceMore) return pauseCaller(rules, state, event.now)
  return read({ ...flowOfCaller(state), gaveUp: result.kind === 'gave_up' || result.kind === 'timed_out' }, event.now)
}

/** Step 11. Whoever names a refused generation is never handed that one again. */
function answerRefusedToken(rules: Rules, state: In<'reading'>, reading: Reading, now: Moment): CallerTransition {
  const { row, at } = reading
  if (state.forced === 'not_yet') {
    const { grantNo, generation } = row
    return to(
      { ...flowOfCaller(state), step: 'forcing', reading },
      { kind: 'force', args: { ...state.request.key, grantNo, generation, everyMs: rules.figures.forcedEveryMs } },
    )
  }
  if (state.forced === 'by_us' && mayPursue(state, reading, now)) return pursue(state, reading, 'forced', now)
  if (state.forced === 'by_another' && leaseIsLive(row, at) && now.monotonicMs < state.deadlineMs) {
    return pauseCaller(rules, state, now)
  }
  return unavailable(rules, state, 'refused_by_api', reading)
}

function forced(rules: Rules, state: In<'forcing'>, event: Event): CallerTransition {
  const { result } = expectEvent(event, 'stored')
  switch (result.kind) {
    case 'applied':
      return pursue({ ...flowOfCaller(state), forced: 'by_us' }, state.reading, 'forced', event.now)
    case 'refused':
      return pauseCaller(rules, { ...flowOfCaller(state), forced: 'by_another' }, event.now)
    case 'unknown':
      return unavailable(rules, state, 'store_unreachable', state.reading)
  }
}

function namesThis({ request }: CallerFlow, { row }: Reading): boolean {
  return request.rejectedGeneration !== null && row.generation <= request.rejectedGeneration
}

function opened(rules: Rules, state: In<'opening'>, event: Event): CallerTransition {
  const { result } = expectEvent(event, 'opened')
  const { reading, refreshBeside, readIssued } = state
  const { row, at } = reading
  const age = ageMs(readIssued, event.now)
  switch (result.kind) {
    case 'opened': {
      // A process that slept since it asked holds a token from before its sleep; a read itself takes a statement's time.
      if (age > rules.figures.statementMs + rules.figures.guardMs) {
        const late = event.now.monotonicMs >= state.deadlineMs
        return late ? unavailable(rules, state, 'no_fresh_token', reading) : read(state, event.now)
      }
      const { grantNo, generation, accessTokenExpiresAt } = row
      const leftMs = accessTokenLeftMs(row, at) - age
      const token = {
        kind: 'token',
        accessToken: result.token,
        grantNo,
        generation,
        accessTokenExpiresAt,
        leftMs,
      } as const
      return finishCaller(state, token, reading, refreshBeside)
    }
    case 'unreadable':
    case 'key_missing':
      // The refresh token may open: it is sealed apart, and re-sealing takes it first.
      return mayPursue(state, reading, event.now)
        ? pursue(state, reading, 'requested', event.now)
        : unavailable(rules, state, result.kind, reading)
  }
}

/** As the send's guard: a wall clock that was set back says nothing about how long ago that was. */
function ageMs(issued: Instant, now: Moment): number {
  const monotonic = now.monotonicMs - issued.monotonicMs
  const wall = now.wallMs - issued.wallMs
  return wall < 0 ? Number.POSITIVE_INFINITY : Math.max(monotonic, wall)
}

function pauseCaller(rules: Rules, flow: CallerFlow, now: Moment): CallerTransition {
  const { claimRetryMinMs, claimRetryMaxMs } = rules.figures
  return to(
    { ...flowOfCaller(flow), step: 'pausing' },
    { kind: 'wait', ms: between(claimRetryMinMs, claimRetryMaxMs, now.random) },
  )
}
