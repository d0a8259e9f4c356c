import type { Lineage } from './lineage'
import {
  type ConnectionKey,
  type CredentialRow,
  isDue,
  isPastWindow,
  isSameVersion,
  isWithinWindow,
  leaseIsLive,
  type TokenVersion,
} from './row'

/**
 * The conditional updates of an attempt (rotation.md steps 1 to 8) as functions of the row: what the SQL of
 * rotation-store.ts must mean, and what the simulation stores with. Null: no row matched, nothing changed.
 * `now` is the database's clock. The key is matched by whoever finds the row.
 */
export type AttemptKey = ConnectionKey & TokenVersion & { readonly fence: number }

export type ClaimArgs = ConnectionKey & TokenVersion & { readonly leaseMs: number }
export type MarkArgs = AttemptKey & { readonly windowMs: number; readonly leaseLeftMs: number }
export type CommitArgs = AttemptKey & {
  readonly sealedAccessToken: string | null
  readonly sealedRefreshToken: string
  readonly accessTokenLifeSeconds: number
  readonly refreshTokenLifeSeconds: number
  /** Monotonic time since sending. */
  readonly elapsedMs: number
  /** The database's clock at the mark, the last instant known to lie before the send. */
  readonly sentAt: number
  readonly keepAliveInMs: number
  /** When to try again where the access token has no life at all. */
  readonly backOffMs: number
  readonly lineage: Lineage
}
export type UndoArgs = AttemptKey & {
  readonly delayMs: number
  readonly countAttempt: boolean
  /** Whose mark this one replaced: an earlier attempt may live and still commit its answer. */
  readonly sentFenceBefore: number | null
  /** Set where the mark was a late probe's: what `first_sent_at` was before it. */
  readonly lateProbe: { readonly firstSentAt: number } | null
}
export type ReleaseArgs = AttemptKey & { readonly delayMs: number; readonly countAttempt: boolean }
export type SetAsideArgs = AttemptKey & { readonly delayMs: number }
export type ForceArgs = ConnectionKey & TokenVersion & { readonly everyMs: number }

/** The mark and its counters, as a commit clears them. */
export const unmarked = {
  firstSentAt: null,
  ambiguousSince: null,
  sendCount: 0,
  lateProbes: 0,
  leaseUntil: null,
  nextAttemptAt: null,
  attempts: 0,
  unreadableSince: null,
} as const

/** Step 1. */
export function applyClaim(row: CredentialRow, args: ClaimArgs, now: number): CredentialRow | null {
  const claimable = row.status === 'active' && isSameVersion(row, args) && !leaseIsLive(row, now) && isDue(row, now)
  return claimable ? { ...row, fence: row.fence + 1, leaseUntil: now + args.leaseMs } : null
}

/** Step 3, the write-ahead. Its refresh token was opened, so it is readable again. Freezing stops first sends only: an attempt in flight must still be finished. */
export function applyMark(row: CredentialRow, args: MarkArgs, now: number, frozen: boolean): CredentialRow | null {
  const maySend = isWithinWindow(row, now, args.windowMs) || (row.firstSentAt === null && !frozen)
  if (!holdsLease(row, args, now) || row.quarantinedAt !== null || !maySend) return null
  return {
    ...row,
    sentFence: args.fence,
    firstSentAt: row.firstSentAt ?? now,
    ambiguousSince: row.ambiguousSince ?? now,
    sendCount: row.sendCount + 1,
    unreadableSince: null,
  }
}

/** The mark of a late probe: it starts a window of its own. No number of them is a reason to give up. */
export function applyMarkLateProbe(row: CredentialRow, args: MarkArgs, now: number): CredentialRow | null {
  const mayProbe = isPastWindow(row, now, args.windowMs)
  if (!holdsLease(row, args, now) || row.quarantinedAt !== null || !mayProbe) return null
  return {
    ...row,
    sentFence: args.fence,
    firstSentAt: now,
    sendCount: row.sendCount + 1,
    lateProbes: row.lateProbes + 1,
    unreadableSince: null,
  }
}

/**
 * Step 7. Fenced by the mark, not by the claim: a claim that has not sent cannot refuse an answer.
 * The expiry counts from the send. `sentAt` bounds it where the process slept between judging and storing.
 * A grant that rotated for a send after a disconnect event is alive: the event was about another one.
 */
export function applyCommit(row: CredentialRow, args: CommitArgs, now: number): CredentialRow | null {
  if (row.status !== 'active' || !isSameVersion(row, args) || row.sentFence !== args.fence) return null
  const accessLifeMs = args.accessTokenLifeSeconds * 1_000
  const lifeless = accessLifeMs === 0
  return {
    ...row,
    ...unmarked,
    generation: row.generation + 1,
    commitFence: args.fence,
    sealedAccessToken: args.sealedAccessToken,
    sealedRefreshToken: args.sealedRefreshToken,
    accessTokenLifeSeconds: args.accessTokenLifeSeconds,
    accessTokenExpiresAt: Math.min(now + accessLifeMs - args.elapsedMs, args.sentAt + accessLifeMs),
    refreshTokenExpiresAt: now + args.refreshTokenLifeSeconds * 1_000 - args.elapsedMs,
    rotatedAt: now,
    keepAliveAt: now + args.keepAliveInMs,
    attempts: lifeless ? row.attempts + 1 : 0,
    nextAttemptAt: lifeless ? now + args.backOffMs : null,
    disconnectEventAt:
      row.disconnectEventAt !== null && row.disconnectEventAt < args.sentAt ? null : row.disconnectEventAt,
  }
}

/** Step 7, for a mark whose send provably did not happen or was not processed. `sentFence` is no longer mine: repeats are harmless. */
export function applyUndo(row: CredentialRow, args: UndoArgs, now: number): CredentialRow | null {
  if (!isSameVersion(row, args) || row.fence !== args.fence || row.sentFence !== args.fence) return null
  const only = row.sendCount === 1
  const firstSentAt = args.lateProbe?.firstSentAt ?? row.firstSentAt
  return {
    ...row,
    ...retryAfter(row, args, now),
    sentFence: args.sentFenceBefore,
    sendCount: row.sendCount - 1,
    lateProbes: row.lateProbes - (args.lateProbe ? 1 : 0),
    firstSentAt: only ? null : firstSentAt,
    ambiguousSince: only ? null : row.ambiguousSince,
  }
}

/** Step 8, and wherever a claim ends without having sent. Keeps the mark. */
export function applyRelease(row: CredentialRow, args: ReleaseArgs, now: number): CredentialRow | null {
  return row.fence === args.fence ? { ...row, ...retryAfter(row, args, now) } : null
}

/** Step 2, where the refresh token cannot be opened. Drops nothing. */
export function applySetAside(row: CredentialRow, args: SetAsideArgs, now: number): CredentialRow | null {
  if (row.status !== 'active' || !isSameVersion(row, args) || row.fence !== args.fence) return null
  return {
    ...row,
    ...retryAfter(row, { ...args, countAttempt: true }, now),
    unreadableSince: row.unreadableSince ?? now,
  }
}

/**
 * Step 11. Once in 30 s for the connection, whatever its generation: an API that answers 401 to every token must
 * not make us rotate with each call.
 */
export function applyForce(row: CredentialRow, args: ForceArgs, now: number): CredentialRow | null {
  const allowed = row.forcedAt === null || row.forcedAt <= now - args.everyMs
  return row.status === 'active' && isSameVersion(row, args) && allowed ? { ...row, forcedAt: now } : null
}

function holdsLease(row: CredentialRow, args: MarkArgs, now: number): boolean {
  const leaseLeftMs = row.leaseUntil === null ? 0 : row.leaseUntil - now
  return (
    row.status === 'active' && isSameVersion(row, args) && row.fence === args.fence && leaseLeftMs >= args.leaseLeftMs
  )
}

function retryAfter(row: CredentialRow, args: { delayMs: number; countAttempt: boolean }, now: number) {
  return {
    leaseUntil: null,
    nextAttemptAt: args.delayMs > 0 ? now + args.delayMs : null,
    attempts: row.attempts + (args.countAttempt ? 1 : 0),
  }
}
