import { type VerifiedAuthorizationResponse, verifyAuthorizationResponse } from '@/lib/airwallex/authorization'
import type { AirwallexConfig } from '@/lib/airwallex/endpoints'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { can, type Role } from '@/lib/auth/permissions'
import type { Secret } from '@/lib/vault/secret'
import { attemptCookieName, type CookieJar, isSameBrowser } from './attempt-cookie'
import { ACTION_OF_PURPOSE } from './begin'
import type { OutcomeAtConsumption, UnattributedOutcome } from './outcomes'
import type { PendingAuthorization } from './pending-store'

export type Callback = {
  /** Null: signed out meanwhile, or never signed in. */
  readonly partnerUser: PartnerUser | null
  readonly attemptCookies: CookieJar
  readonly parameters: URLSearchParams
}

/** Whose callback this is, before anything is opened, consumed or sent. */
export type Attribution =
  | { readonly kind: 'unattributed'; readonly outcome: UnattributedOutcome }
  /** Used before, by the same user: the outcome is shown again. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'consume'; readonly outcome: 'expired' | 'not_allowed' }
  | { readonly kind: 'own' }

/**
 * The callback must come from the browser and the session that began (RFC 6749 §10.12; without it a victim's consent
 * would end up in the attacker's workspace). Only its own user's callback may use up a state.
 */
export function attribute(
  { partnerUser, attemptCookies }: Callback,
  pending: PendingAuthorization,
  { config, appOrigin }: { readonly config: AirwallexConfig; readonly appOrigin: string },
): Attribution {
  const unknown = { kind: 'unattributed', outcome: 'state_unknown_or_used' } as const
  // Another deployment's database, or this one's from before its environment was changed.
  if (pending.environment !== config.environment || pending.redirectUri !== config.redirectUri) return unknown
  const isUser = partnerUser?.userId === pending.userId
  if (pending.consumedAt) return isUser ? { kind: 'repeat' } : unknown

  const isSession = isUser && partnerUser.sessionId === pending.sessionId
  // The browser drops the cookie of an expired attempt, so the session alone says whose it was.
  if (pending.expired) return isSession ? { kind: 'consume', outcome: 'expired' } : unknown
  const cookieName = attemptCookieName(appOrigin, pending.id)
  if (!isSameBrowser(attemptCookies, cookieName, pending.cookieDigest))
    return { kind: 'unattributed', outcome: 'wrong_browser' }
  if (!isSession) return { kind: 'unattributed', outcome: 'signed_out' }
  const isAllowed = pending.role !== null && can(pending.role as Role, ACTION_OF_PURPOSE[pending.purpose])
  return isAllowed ? { kind: 'own' } : { kind: 'consume', outcome: 'not_allowed' }
}

/** What our own callback says. */
export type Answer =
  | { readonly kind: 'consume'; readonly outcome: OutcomeAtConsumption; readonly code?: string }
  | { readonly kind: 'exchange'; readonly response: VerifiedAuthorizationResponse }

export function judgeAnswer(
  config: AirwallexConfig,
  parameters: URLSearchParams,
  pending: PendingAuthorization,
  codeVerifier: Secret,
): Answer {
  const { stateDigest, redirectUri } = pending
  const answer = verifyAuthorizationResponse(config, parameters, { stateDigest, codeVerifier, redirectUri })
  switch (answer.kind) {
    case 'verified':
      return { kind: 'exchange', response: answer.response }
    case 'denied_by_user':
      return { kind: 'consume', outcome: 'denied_by_user' }
    case 'authorization_error':
      return { kind: 'consume', outcome: 'authorization_error', code: answer.error }
    case 'malformed':
      return { kind: 'consume', outcome: 'authorization_error', code: `malformed_${answer.problem}` }
  }
}
