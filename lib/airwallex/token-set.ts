import { readTokenResponse } from '@/lib/rotation/classify'
import { Secret } from '@/lib/vault/secret'
import { splitScopes } from './scopes'

/** What a granted authorization brings (RFC 6749 §5.1). */
export type TokenSet = {
  /** Null when the answer had no usable one; then it counts as expired and the first read refreshes. */
  readonly accessToken: Secret | null
  readonly accessTokenExpiresAt: Date
  readonly refreshToken: Secret
  readonly grantedScopes: readonly string[]
}

/** With Airwallex's extensions. */
export type AirwallexTokenSet = TokenSet & {
  readonly refreshTokenExpiresAt: Date
  /** Documented for every token response, required in none: null means that the account has to be read first. */
  readonly airwallexAccountId: string | null
}

type Request = { readonly sentAt: Date; readonly requestedScopes: readonly string[] }

/**
 * Reads a token response and counts its lifetimes from when the request was *sent*, the only end that cannot flatter
 * them. Odd neighbours never cost the refresh token. Null without one.
 */
export function readTokenSet(
  body: Readonly<Record<string, unknown>>,
  { sentAt, requestedScopes }: Request,
): AirwallexTokenSet | null {
  const tokens = readTokenResponse(body)
  if (tokens.refreshToken === null) return null
  const after = (seconds: number) => new Date(sentAt.getTime() + seconds * 1_000)
  return {
    accessToken: tokens.accessToken === null ? null : new Secret(tokens.accessToken),
    accessTokenExpiresAt: after(tokens.accessTokenLifeSeconds),
    refreshToken: new Secret(tokens.refreshToken),
    refreshTokenExpiresAt: after(tokens.refreshTokenLifeSeconds),
    // RFC 6749 §5.1: an absent `scope` means what was asked.
    grantedScopes: tokens.scope === null ? requestedScopes : splitScopes(tokens.scope),
    airwallexAccountId: tokens.accountId !== null && isAccountId(tokens.accountId) ? tokens.accountId : null,
  }
}

const isAccountId = (value: string) => /^[\x21-\x7e]{1,100}$/.test(value)
