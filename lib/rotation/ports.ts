import type { BreakerReport } from './row/breaker'
import type { ReauthorizeArgs, RejectArgs, TerminalArgs } from './row/grant-statements'
import type { Lineage } from './row/lineage'
import type { ConnectionKey, CredentialRow, Reading, ReauthorizationReason, TokenVersion } from './row/row'
import type { ClaimArgs, CommitArgs, ForceArgs, MarkArgs, ReleaseArgs, SetAsideArgs, UndoArgs } from './row/statements'

/** Airwallex's token endpoint, for refresh requests. */
export type TokenEndpoint = {
  /** Opens a new TCP+TLS connection. Rejects only when provably nothing was sent. */
  connect(): Promise<PreparedTokenRequest>
}

export type PreparedTokenRequest = {
  /** `mayWrite` is asked in the same synchronous turn as the write; false => nothing is written. Never rejects. */
  refresh(request: { refreshToken: string; mayWrite: () => boolean; attemptMs: number }): Promise<TokenAnswer>
  /** Carries no token: the breaker's canary. */
  canary(request: { attemptMs: number }): Promise<TokenAnswer>
  close(): void
}

export type TokenAnswer =
  | { kind: 'not_sent' } // the guard refused
  | { kind: 'no_answer'; detail: string } // reset, time-out, cut short, over the cap: ambiguous
  | { kind: 'answer'; status: number; body: string } // whole body, at most 64 KiB

/**
 * How a statement ended. `refused`: it ran and matched no row. `unknown`: the error leaves open whether it ran.
 * A method never rejects, and settles within `statementMs`.
 */
export type StatementResult =
  | { readonly kind: 'applied'; readonly row: CredentialRow; readonly at: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown'; readonly cause: unknown }

/** `fresh`: a new connection for this one statement, since the pool's may be dead. */
export type OnConnection = 'pooled' | 'fresh'

export type ReadResult =
  | { readonly kind: 'found'; readonly reading: Reading }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly cause: unknown }

export type BreakerResult =
  | { readonly kind: 'applied' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown'; readonly cause: unknown }

/**
 * One method, one statement, which commits by itself; `statements.ts`, `grant-statements.ts` and `breaker.ts` say
 * what each means. Those that are repeated until known say with each repetition that they want a connection of their own.
 */
export type RotationStore = {
  read(key: ConnectionKey, on?: OnConnection): Promise<ReadResult>
  claim(args: ClaimArgs): Promise<StatementResult>
  mark(args: MarkArgs): Promise<StatementResult>
  markLateProbe(args: MarkArgs): Promise<StatementResult>
  commit(args: CommitArgs, on?: OnConnection): Promise<StatementResult>
  undo(args: UndoArgs, on?: OnConnection): Promise<StatementResult>
  release(args: ReleaseArgs): Promise<StatementResult>
  force(args: ForceArgs): Promise<StatementResult>
  reject(args: RejectArgs, on?: OnConnection): Promise<StatementResult>
  terminal(args: TerminalArgs, on?: OnConnection): Promise<StatementResult>
  setAside(args: SetAsideArgs): Promise<StatementResult>
  takeSlot(args: { holder: string; leaseMs: number }): Promise<BreakerResult>
  claimCanary(args: { everyMs: number }): Promise<BreakerResult>
  /** Best effort. */
  report(report: BreakerReport): Promise<void>
  /** A lineage row that belongs to no statement of the credential. Best effort. */
  record(key: ConnectionKey, lineage: Lineage): Promise<void>
}

/** What the old grant leaves behind, for one best-effort revocation. */
export type DisconnectResult =
  | {
      readonly kind: 'applied'
      readonly row: CredentialRow
      readonly at: number
      readonly old: TokenVersion & { readonly sealedRefreshToken: string | null }
    }
  | Exclude<StatementResult, { kind: 'applied' }>

/** The statements of `grant-statements.ts` that no attempt runs: people, webhooks and reconciliation do. */
export type GrantStore = {
  disconnect(key: ConnectionKey): Promise<DisconnectResult>
  reauthorize(args: ConnectionKey & ReauthorizeArgs): Promise<StatementResult>
  endGrant(args: ConnectionKey & { grantNo: number; reason: ReauthorizationReason }): Promise<StatementResult>
  noteDisconnectEvent(args: ConnectionKey & { eventAt: number }): Promise<StatementResult>
  freeze(key: ConnectionKey): Promise<StatementResult>
  unfreeze(key: ConnectionKey): Promise<StatementResult>
  quarantine(key: ConnectionKey): Promise<StatementResult>
  liftQuarantine(key: ConnectionKey): Promise<StatementResult>
}

export type TokenField = 'access_token' | 'refresh_token'

/** What a sealed value is bound to; the vault adds the environment. */
export type SealBinding = ConnectionKey & TokenVersion & { readonly field: TokenField }

export type OpenResult =
  | { readonly kind: 'opened'; readonly token: string }
  /** The tag or the binding is wrong: another key under the same id, or a value that was changed or moved. */
  | { readonly kind: 'unreadable' }
  /** No key of ours has this id: our configuration, not the connection. */
  | { readonly kind: 'key_missing' }

export type Vault = {
  open(sealed: string, binding: SealBinding): Promise<OpenResult>
  /** Has the sealing key at hand before anything is sent, so that nothing else is needed to store the answer. */
  sealer(): Promise<Sealer>
  /** Short and one-way: for the lineage. */
  fingerprint(token: string): string
}

export type Sealer = { seal(token: string, binding: SealBinding): Promise<string> }

export type Clock = {
  /** Never steps; stands still while the process is frozen on some systems, which is why the guard asks both. */
  monotonicMs(): number
  wallMs(): number
  /** Resolves early when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** A bound for something else, which nearly always ends first and cancels it. */
  timer(ms: number): Timer
}

export type Timer = { readonly over: Promise<void>; cancel(): void }

/** Uniform in [0, 1). Used for pacing only. */
export type Random = () => number
