import type { AttemptResult, Command, Event, Goal, Moment, Observation, Transition } from '@/lib/rotation/commands'
import type { Figures } from '@/lib/rotation/figures'
import type { Purpose } from '@/lib/rotation/row/plan'
import type { CredentialRow, TokenVersion } from '@/lib/rotation/row/row'
import type { AttemptKey } from '@/lib/rotation/row/statements'

/** What the protocol is told once. */
export type Rules = {
  readonly figures: Figures
  /** `TOKEN_LATE_PROBE`: off gives the strict rule. */
  readonly lateProbe: boolean
  /** Names this process in the lineage. */
  readonly process: string
}

/** What lasts through all claims of one attempt flow. */
export type AttemptFlow = {
  readonly flow: 'attempt'
  readonly goal: Goal
  /** The version to replace; null until the row was first read. A flow rotates at most this one. */
  readonly target: TokenVersion | null
  /** Monotonic. No claim is tried again after it; what is claimed is finished. */
  readonly deadlineMs: number
  /** An answer of this flow had no refresh token; a second one ends the doubt. */
  readonly sawNoRefreshToken: boolean
}

/** One claim, from the row it returned. */
export type Claimed = {
  readonly key: AttemptKey
  readonly purpose: Purpose
  readonly row: CredentialRow
  readonly claimedMonotonicMs: number
  /** It holds the half-open breaker's one slot. */
  readonly holdsSlot: boolean
  /** The breaker had something that a good answer clears. */
  readonly breakerTroubled: boolean
}

/** One marked send. */
export type Sent = {
  readonly refreshToken: string
  /** The database's clock at the mark. */
  readonly markedAt: number
  readonly sentMonotonicMs: number
  readonly sendCount: number
}

/** The statements whose outcome must become known: repeated as long as the process lives. */
export type Settling = Extract<Command, { kind: 'commit' | 'undo' | 'reject' | 'terminal' }>

/** What follows once the row is settled: notes to others, then another try or the end. */
export type After = {
  readonly notes: readonly Extract<Command, { kind: 'report' | 'record' }>[]
  readonly again: boolean
  readonly result: AttemptResult
  /** Airwallex refused as it refuses a client: a canary tells whose refusal it is. */
  readonly refusal?: Refusal
}

export type Refusal = { readonly claimed: Claimed; readonly code: string | null }

export type Settlement = {
  readonly claimed: Claimed
  readonly statement: Settling
  readonly sent: Sent | null
  readonly after: After
  readonly afterRefusal: After
  readonly tries: number
}

/**
 * Where an attempt stands, named after the steps of rotation.md. Plain JSON; from `marking` on it holds tokens, so it
 * lives in memory only and is never logged.
 */
export type AttemptState = AttemptFlow &
  (
    | { readonly step: 'looking'; readonly afterRefusedClaim: boolean }
    | { readonly step: 'pausing' }
    | {
        readonly step: 'claiming'
        readonly purpose: Purpose
        readonly needsSlot: boolean
        readonly breakerTroubled: boolean
      }
    | { readonly step: 'taking_slot'; readonly claimed: Claimed }
    | { readonly step: 'sending_canary'; readonly claimed: Claimed }
    | { readonly step: 'waiting_for_holder'; readonly claimed: Claimed }
    | { readonly step: 'preparing'; readonly claimed: Claimed }
    | {
        readonly step: 'marking'
        readonly claimed: Claimed
        readonly refreshToken: string
        readonly markIssued: Moment
      }
    | { readonly step: 'sending'; readonly claimed: Claimed; readonly sent: Sent }
    | {
        readonly step: 'rereading'
        readonly claimed: Claimed
        readonly sent: Sent
        readonly answeredMonotonicMs: number
      }
    | ({ readonly step: 'settling' } & Settlement)
    | ({ readonly step: 'pausing_settlement' } & Settlement)
    | ({ readonly step: 'verifying' } & Settlement)
    | ({ readonly step: 'pausing_verification' } & Settlement)
    | { readonly step: 'releasing'; readonly after: After }
    | { readonly step: 'checking_refusal'; readonly refusal: Refusal; readonly after: After }
    | { readonly step: 'noting'; readonly after: After }
    | { readonly step: 'done'; readonly result: AttemptResult }
  )

export type AttemptTransition = Transition<AttemptState>

/** The part of the state of that step. */
export type At<Step extends AttemptState['step']> = Extract<AttemptState, { step: Step }>

export function flowOf(state: AttemptFlow): AttemptFlow {
  const { flow, goal, target, deadlineMs, sawNoRefreshToken } = state
  return { flow, goal, target, deadlineMs, sawNoRefreshToken }
}

export function to<State>(state: State, command: Command, observed: readonly Observation[] = []): Transition<State> {
  return { state, command, observed }
}

/** The event that a command is answered by; another one is a fault of whoever drives the protocol. */
export function expectEvent<Kind extends Event['kind']>(event: Event, kind: Kind): Extract<Event, { kind: Kind }> {
  if (event.kind !== kind) throw new Error(`The protocol expected the event "${kind}" and got "${event.kind}"`)
  return event as Extract<Event, { kind: Kind }>
}
