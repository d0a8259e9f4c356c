import type { RotatedTokens } from './classify'
import type {
  BreakerResult,
  OnConnection,
  OpenResult,
  ReadResult,
  SealBinding,
  StatementResult,
  TokenAnswer,
} from './ports'
import type { BreakerReport } from './row/breaker'
import type { RejectArgs, TerminalArgs } from './row/grant-statements'
import type { Refusal } from './row/judge-row'
import type { Cause, LineageDraft } from './row/lineage'
import type { StopReason } from './row/plan'
import type { ConnectionKey, Reading, ReauthorizationReason, TokenVersion } from './row/row'
import type {
  AttemptKey,
  ClaimArgs,
  CommitArgs,
  ForceArgs,
  MarkArgs,
  ReleaseArgs,
  SetAsideArgs,
  UndoArgs,
} from './row/statements'

/** What a process knows when something happens to it. The protocol reads no clock and throws no dice. */
export type Moment = {
  readonly monotonicMs: number
  readonly wallMs: number
  /** In [0, 1). */
  readonly random: number
}

/** Why a refresh is wanted, of which connection. */
export type Goal = {
  readonly key: ConnectionKey
  readonly cause: Cause
  readonly neededBy: string | null
}

type WithLineage<Args extends { lineage: unknown }> = Omit<Args, 'lineage'> & { readonly lineage: LineageDraft }

/** A commit before sealing: the driver seals the pair for the next generation and fingerprints it. */
export type CommitDraft = Omit<CommitArgs, 'lineage' | 'sealedAccessToken' | 'sealedRefreshToken'> & {
  readonly tokens: Pick<RotatedTokens, 'accessToken' | 'refreshToken'>
  readonly lineage: LineageDraft
}

/** The repetition of a statement whose outcome must become known. */
type Repeatable = { readonly on?: OnConnection }

/** What the protocol asks for, one thing at a time. Each is answered by exactly one event. */
export type Command =
  | ({ readonly kind: 'read'; readonly key: ConnectionKey } & Repeatable)
  | { readonly kind: 'claim'; readonly args: ClaimArgs }
  | { readonly kind: 'take_slot'; readonly holder: string; readonly leaseMs: number }
  /** On a connection of its own. */
  | { readonly kind: 'canary'; readonly attemptMs: number }
  /** Unseal, have the sealing key at hand, open a new connection. */
  | { readonly kind: 'prepare'; readonly sealedRefreshToken: string | null; readonly binding: SealBinding }
  | { readonly kind: 'mark'; readonly args: MarkArgs }
  | { readonly kind: 'mark_late_probe'; readonly args: MarkArgs }
  /** Guard and write: nothing is written where `mayStillWrite(markIssued, …)` says no. */
  | { readonly kind: 'send'; readonly refreshToken: string; readonly markIssued: Moment; readonly attemptMs: number }
  | ({ readonly kind: 'commit'; readonly draft: CommitDraft } & Repeatable)
  | ({ readonly kind: 'undo'; readonly args: UndoArgs } & Repeatable)
  | { readonly kind: 'release'; readonly args: ReleaseArgs }
  | ({ readonly kind: 'reject'; readonly args: WithLineage<RejectArgs> } & Repeatable)
  | ({ readonly kind: 'terminal'; readonly args: WithLineage<TerminalArgs> } & Repeatable)
  | { readonly kind: 'set_aside'; readonly args: SetAsideArgs }
  | { readonly kind: 'force'; readonly args: ForceArgs }
  | { readonly kind: 'claim_canary'; readonly everyMs: number }
  | { readonly kind: 'report'; readonly report: BreakerReport }
  | { readonly kind: 'record'; readonly key: ConnectionKey; readonly lineage: LineageDraft }
  | { readonly kind: 'wait'; readonly ms: number }
  /** A caller joins its process's single flight for this connection, or starts it. */
  | { readonly kind: 'pursue'; readonly goal: Goal; readonly reading: Reading; readonly withinMs: number }
  | { readonly kind: 'open'; readonly sealed: string; readonly binding: SealBinding }
  | { readonly kind: 'done' }

/** How an attempt flow ended. Whoever waited for it re-reads the row: this hands out nothing. */
export type AttemptResult =
  | { readonly kind: 'rotated'; readonly generation: number }
  | { readonly kind: 'moved_on' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'ended'; readonly reason: ReauthorizationReason }
  | { readonly kind: 'gave_up'; readonly why: GaveUpReason }

export type GaveUpReason =
  | StopReason
  | 'busy'
  | 'not_due'
  | 'store_unreachable'
  | 'connect_failed'
  | 'key_missing'
  | 'unreadable'
  | 'not_marked'
  | 'not_sent'
  | 'ambiguous'
  | 'refresh_token_missing'
  | 'rate_limited'
  | 'client_refused'
  | 'request_refused'
  | 'canary_unhealthy'
  | 'answer_dropped'
  | 'stopping'

export type PrepareResult =
  | { readonly kind: 'prepared'; readonly refreshToken: string }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'key_missing' }
  /** Provably nothing was sent. */
  | { readonly kind: 'connect_failed' }

export type Event = (
  | { readonly kind: 'read'; readonly result: ReadResult }
  | { readonly kind: 'stored'; readonly result: StatementResult }
  | { readonly kind: 'breaker'; readonly result: BreakerResult }
  | { readonly kind: 'prepared'; readonly result: PrepareResult }
  | { readonly kind: 'answered'; readonly answer: TokenAnswer }
  | { readonly kind: 'canary_answered'; readonly answer: TokenAnswer }
  | { readonly kind: 'noted' }
  | { readonly kind: 'waited' }
  | {
      readonly kind: 'pursued'
      readonly result: AttemptResult | { readonly kind: 'timed_out' }
      readonly joined: boolean
    }
  | { readonly kind: 'opened'; readonly result: OpenResult }
  /** The process is shutting down: nothing new is claimed. Comes in place of the answer to `claim` and `claim_canary` only. */
  | { readonly kind: 'stopping' }
) & { readonly now: Moment }

/** What getAccessToken answers. `accessTokenExpiresAt` is the database's clock; `leftMs` needs no clock to agree. */
export type AccessTokenResult =
  | (TokenVersion & {
      readonly kind: 'token'
      readonly accessToken: string
      readonly accessTokenExpiresAt: number
      readonly leftMs: number
    })
  | Refusal
  | { readonly kind: 'absent' }
  | { readonly kind: 'temporarily_unavailable'; readonly why: UnavailableReason; readonly retryAfterMs: number }

export type UnavailableReason = 'store_unreachable' | 'key_missing' | 'unreadable' | 'no_fresh_token' | 'refused_by_api'

/** What happens beside a hand-out: deferred work that the caller does not wait for. */
export type Beside =
  | { readonly kind: 'pursue'; readonly goal: Goal; readonly reading: Reading }
  | { readonly kind: 'canary' }

/** For logs, metrics and alarms. Carries no token. */
export type Observation =
  | {
      readonly kind: 'sent'
      readonly key: AttemptKey
      readonly cause: Cause
      readonly sendCount: number
      readonly lateProbe: boolean
    }
  | { readonly kind: 'judged'; readonly key: AttemptKey; readonly verdict: string; readonly tookMs: number }
  | {
      readonly kind: 'attempt_ended'
      readonly key: ConnectionKey
      readonly cause: Cause
      readonly result: AttemptResult
    }
  | { readonly kind: 'alarm'; readonly key: ConnectionKey; readonly alarm: Alarm; readonly detail?: string | null }
  /** A defect of ours, from the driver: a flow ended by an exception. */
  | { readonly kind: 'surprise'; readonly cause: unknown }

export type Alarm =
  | 'refresh_token_missing'
  | 'refresh_token_unchanged'
  | 'request_refused'
  | 'client_refused'
  | 'connection_refused'
  | 'answer_dropped'
  | 'late_probe'
  | 'sealed_value_unreadable'
  | 'key_missing'
  | 'unresolved'

/** One step of a flow: where it stands now and what it asks for. */
export type Transition<State> = {
  readonly state: State
  readonly command: Command
  readonly observed: readonly Observation[]
}
