import type { BreakerRow } from './breaker'

export type ConnectionKey = { readonly workspaceId: string; readonly connectionId: string }

export type CredentialStatus = 'active' | 'reauthorization_required' | 'disconnected'

export const REAUTHORIZATION_REASONS = [
  'own_late_use',
  'refresh_token_expired',
  'refresh_token_rejected',
  'disconnected_at_airwallex',
  'role_lost',
  'account_suspended_or_closed',
  'sealed_value_unreadable',
  'unresolved',
  'unknown',
] as const

export type ReauthorizationReason = (typeof REAUTHORIZATION_REASONS)[number]

/** Which pair of tokens: both numbers only ever grow, and every stored pair has a generation of its own. */
export type TokenVersion = { readonly grantNo: number; readonly generation: number }

/** One row of `credential`. Instants are milliseconds of the database's clock. */
export type CredentialRow = ConnectionKey &
  TokenVersion & {
    readonly status: CredentialStatus
    readonly reason: ReauthorizationReason | null
    readonly statusSince: number
    readonly sealedAccessToken: string | null
    readonly sealedRefreshToken: string | null
    /** The life the access token was issued with, 0 to 300. */
    readonly accessTokenLifeSeconds: number
    readonly accessTokenExpiresAt: number
    readonly refreshTokenExpiresAt: number
    readonly authorizedAt: number
    readonly rotatedAt: number
    /** Counts claims. */
    readonly fence: number
    /** The attempt that last marked. */
    readonly sentFence: number | null
    /** The attempt that produced this generation: tells a lost acknowledgement from a lost race. */
    readonly commitFence: number | null
    readonly leaseUntil: number | null
    readonly nextAttemptAt: number | null
    readonly attempts: number
    /** Null: this refresh token never left the system. */
    readonly firstSentAt: number | null
    readonly ambiguousSince: number | null
    readonly sendCount: number
    readonly lateProbes: number
    readonly forcedAt: number | null
    readonly keepAliveAt: number | null
    readonly frozenAt: number | null
    readonly quarantinedAt: number | null
    /** A disconnect event of this grant arrived. */
    readonly disconnectEventAt: number | null
    /** Since when the stored refresh token has not opened, active rows only. */
    readonly unreadableSince: number | null
  }

/** What one read shows: the row, what lies over it, and the database's clock at that moment. */
export type Reading = {
  readonly row: CredentialRow
  /** `is_frozen`: the credential, its workspace or the deployment. */
  readonly frozen: boolean
  readonly breaker: BreakerRow
  readonly at: number
}

export function leaseIsLive(row: CredentialRow, at: number): boolean {
  return row.leaseUntil !== null && row.leaseUntil > at
}

export function isDue(row: CredentialRow, at: number): boolean {
  return row.nextAttemptAt === null || row.nextAttemptAt <= at
}

/** A refresh token was sent, its answer was never stored, and no one is on it. */
export function isInterrupted(row: CredentialRow, at: number): boolean {
  return row.status === 'active' && row.firstSentAt !== null && !leaseIsLive(row, at)
}

export function isWithinWindow(row: CredentialRow, at: number, windowMs: number): boolean {
  return row.firstSentAt !== null && row.firstSentAt >= at - windowMs
}

export function isPastWindow(row: CredentialRow, at: number, windowMs: number): boolean {
  return row.firstSentAt !== null && row.firstSentAt < at - windowMs
}

export function isSameVersion(a: TokenVersion, b: TokenVersion): boolean {
  return a.grantNo === b.grantNo && a.generation === b.generation
}
