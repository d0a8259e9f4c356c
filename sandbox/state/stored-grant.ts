import type { Grant, RefreshOutcome, RefreshTokenClass } from './grants'

export type StoredGrant = {
  id: string
  accountId: string
  /** The person whose consent this is. */
  userId: string
  scopes: string[]
  chain: Grant
  lastAccessSerial: number
  /** Oldest first. */
  accessTokens: { serial: number; expiresAt: number }[]
  createdAt: number
  endedAt: number | null
}

export type IssuedTokens = {
  accessToken: string
  refreshToken: string
  expiresInSeconds: number
  refreshTokenExpiresInSeconds: number
  accountId: string
  scopes: string[]
  grantId: string
}

export type Presented = { grant: StoredGrant | null; tokenClass: RefreshTokenClass; serial: number }
export type RefreshAnswer =
  | { kind: 'issued'; outcome: RefreshOutcome; tokens: IssuedTokens }
  | { kind: 'rejected'; outcome: RefreshOutcome }

export type AccessTokenCheck =
  | { kind: 'valid'; grant: StoredGrant }
  | { kind: 'expired' | 'unknown' | 'grant_ended'; grant: StoredGrant | null }
