import { type Rules, to } from '@/lib/rotation/attempt/state'
import type { AccessTokenResult, Beside, Goal, Moment, Transition, UnavailableReason } from '@/lib/rotation/commands'
import { canaryIsDue } from '@/lib/rotation/row/breaker'
import { isWaitingForRescue, retryAfterMs } from '@/lib/rotation/row/judge-row'
import type { ConnectionKey, Reading, TokenVersion } from '@/lib/rotation/row/row'

export type CallerRequest = {
  readonly key: ConnectionKey
  /** How long the token must still live; more than half of its life cannot be asked. */
  readonly minTtlMs: number
  /** A principal or a named system cause, for the lineage. */
  readonly neededBy: string
  /** The generation whose access token the API answered with 401. */
  readonly rejectedGeneration: number | null
}

/** What lasts through all reads of one caller. */
export type CallerFlow = {
  readonly flow: 'caller'
  readonly request: CallerRequest
  /** Monotonic: a caller waits at most 5 s, whatever it waits for. */
  readonly deadlineMs: number
  /** The one version this caller wanted replaced. */
  readonly pursued: TokenVersion | null
  readonly gaveUp: boolean
  readonly forced: 'not_yet' | 'by_us' | 'by_another'
}

export type CallerState = CallerFlow &
  (
    | { readonly step: 'reading'; readonly readIssued: Instant }
    | { readonly step: 'forcing'; readonly reading: Reading }
    | { readonly step: 'pursuing' }
    | { readonly step: 'pausing' }
    | {
        readonly step: 'opening'
        readonly reading: Reading
        readonly readIssued: Instant
        readonly refreshBeside: boolean
      }
    | { readonly step: 'done'; readonly result: AccessTokenResult; readonly beside: readonly Beside[] }
  )

/** Both clocks, since either may have stood still while the process did. */
export type Instant = Pick<Moment, 'monotonicMs' | 'wallMs'>

export type CallerTransition = Transition<CallerState>

export type In<Step extends CallerState['step']> = Extract<CallerState, { step: Step }>

export function flowOfCaller(state: CallerFlow): CallerFlow {
  const { flow, request, deadlineMs, pursued, gaveUp, forced } = state
  return { flow, request, deadlineMs, pursued, gaveUp, forced }
}

/** Unseals what was just read; the result says what it was. */
export function handOut(
  flow: CallerFlow,
  reading: Reading,
  refreshBeside: boolean,
  readIssued: Instant,
): CallerTransition {
  const { grantNo, generation, sealedAccessToken } = reading.row
  return to(
    { ...flowOfCaller(flow), step: 'opening', reading, readIssued, refreshBeside },
    {
      kind: 'open',
      sealed: sealedAccessToken ?? '',
      binding: { ...flow.request.key, grantNo, generation, field: 'access_token' },
    },
  )
}

/** Waits for a refresh, for as long as this caller has. */
export function pursue(
  flow: CallerFlow,
  reading: Reading,
  cause: 'requested' | 'forced',
  now: Moment,
): CallerTransition {
  const { grantNo, generation } = reading.row
  const { key, neededBy } = flow.request
  return to(
    { ...flowOfCaller(flow), step: 'pursuing', pursued: { grantNo, generation } },
    { kind: 'pursue', goal: { key, cause, neededBy }, reading, withinMs: flow.deadlineMs - now.monotonicMs },
  )
}

/** The caller has its answer; what the row needs goes on beside it. */
export function finishCaller(
  flow: CallerFlow,
  result: AccessTokenResult,
  reading: Reading | null,
  refreshBeside = false,
): CallerTransition {
  const beside = reading === null ? [] : besides(flow, reading, refreshBeside)
  return to({ ...flowOfCaller(flow), step: 'done', result, beside }, { kind: 'done' })
}

export function unavailable(
  rules: Rules,
  flow: CallerFlow,
  why: UnavailableReason,
  reading: Reading | null,
): CallerTransition {
  const { figures } = rules
  const known = reading === null ? figures.rateLimitMinMs : retryAfterMs(reading, figures)
  return finishCaller(flow, { kind: 'temporarily_unavailable', why, retryAfterMs: known }, reading)
}

function besides({ request }: CallerFlow, reading: Reading, refresh: boolean): readonly Beside[] {
  const rescue = isWaitingForRescue(reading.row, reading.at)
  const { key, neededBy } = request
  const goal: Goal = { key, cause: rescue ? 'rescue' : 'requested', neededBy }
  return [
    ...(rescue || refresh ? [{ kind: 'pursue', goal, reading } as const] : []),
    ...(canaryIsDue(reading.breaker, reading.at) ? [{ kind: 'canary' } as const] : []),
  ]
}
