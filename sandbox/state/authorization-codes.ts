import { createHash } from 'node:crypto'
import { sameText, type TokenStrings } from './token-strings'

/** "Valid for 5 minutes" (Airwallex); single use (RFC 6749 §4.1.2). */
export const CODE_LIFETIME_MS = 5 * 60_000
const KEPT_CODES = 10_000

export type Consent = { accountId: string; userId: string; scopes: string[] }
type Code = Consent & {
  redirectUri: string
  codeChallenge: string | null
  expiresAt: number
  usedForGrant: string | null
}

export type CodeRedemption =
  | { kind: 'redeemed'; code: Code }
  | { kind: 'used_before'; grantId: string }
  | { kind: 'refused'; reason: 'unknown' | 'expired' | 'redirect_uri' | 'code_verifier' }

export class AuthorizationCodes {
  readonly #codes = new Map<string, Code>()
  readonly #strings: TokenStrings
  readonly #now: () => number

  constructor(strings: TokenStrings, now: () => number) {
    this.#strings = strings
    this.#now = now
  }

  issue(consent: Consent & { redirectUri: string; codeChallenge: string | null }): string {
    const code = this.#strings.random('code')
    this.#codes.set(code, { ...consent, expiresAt: this.#now() + CODE_LIFETIME_MS, usedForGrant: null })
    if (this.#codes.size > KEPT_CODES) {
      for (const oldest of this.#codes.keys()) {
        this.#codes.delete(oldest)
        break
      }
    }
    return code
  }

  inspect(text: string): Code | undefined {
    return this.#codes.get(text)
  }

  /** Judges a code without using it up; `markUsed` follows once its grant exists. */
  check(text: string, redirectUri: string | undefined, codeVerifier: string | undefined): CodeRedemption {
    const code = this.#codes.get(text)
    if (!code) return { kind: 'refused', reason: 'unknown' }
    if (code.usedForGrant !== null) return { kind: 'used_before', grantId: code.usedForGrant }
    if (this.#now() >= code.expiresAt) return { kind: 'refused', reason: 'expired' }
    if (redirectUri !== code.redirectUri) return { kind: 'refused', reason: 'redirect_uri' }
    if (!verifierMatches(code.codeChallenge, codeVerifier)) return { kind: 'refused', reason: 'code_verifier' }
    return { kind: 'redeemed', code }
  }

  markUsed(text: string, grantId: string): void {
    const code = this.#codes.get(text)
    if (code) code.usedForGrant = grantId
  }

  clear(): void {
    this.#codes.clear()
  }
}

// A verifier without a challenge is refused too: accepting it would let an attacker strip PKCE (RFC 9700 §4.8.2).
function verifierMatches(challenge: string | null, verifier: string | undefined): boolean {
  if (challenge === null) return verifier === undefined
  if (verifier === undefined || !/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return false
  return sameText(createHash('sha256').update(verifier).digest('base64url'), challenge)
}
