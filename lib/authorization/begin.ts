import { v7 as uuidv7 } from 'uuid'
import {
  buildAuthorizationUrl,
  createCodeVerifier,
  createS256CodeChallenge,
  createState,
  digestState,
} from '@/lib/airwallex/authorization'
import { includesScope } from '@/lib/airwallex/scopes'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { can } from '@/lib/auth/permissions'
import { findScopes } from '@/lib/connections/connection-store'
import { takeFromLimits } from '@/lib/security/rate-limit'
import { type AttemptCookie, attemptCookie, createAttemptSecret, digestAttempt } from './attempt-cookie'
import { type AuthorizationDeps, authorizationDeps } from './deps'
import { type AuthorizationPurpose, scopesToRequest } from './scope-choice'

export type BeginAuthorizationRequest = {
  readonly partnerUser: PartnerUser
  readonly purpose: AuthorizationPurpose
  /** The connection to reauthorize or to add permissions to; not for `connect`. */
  readonly connectionId?: string
  /** The permissions to add; only for `add_permissions`. */
  readonly scopes?: readonly string[]
  /** Opens an Airwallex account and consents in one go. */
  readonly signUp?: boolean
}

export type BeginAuthorization =
  /** Set the cookie and answer 303 to the URL. */
  | {
      readonly kind: 'begun'
      readonly pendingAuthorizationId: string
      readonly authorizationUrl: string
      readonly cookie: AttemptCookie
    }
  | { readonly kind: 'not_allowed' }
  /** Absent, or another workspace's: the two answer alike. */
  | { readonly kind: 'not_found' }
  /** Scopes that the application has not registered, or none beyond what is granted. */
  | { readonly kind: 'scopes_not_registered' | 'nothing_to_add' }
  /** Ten attempts of this user are open, or they or the workspace began many in the last ten minutes. */
  | { readonly kind: 'too_many_attempts' }

/** What a partner user has to be allowed for each purpose. */
export const ACTION_OF_PURPOSE = {
  connect: 'connection.connect',
  reauthorize: 'connection.reauthorize',
  add_permissions: 'connection.reauthorize',
} as const

/** Starts an authorization (RFC 6749 §4.1.1): the pending one, the browser's cookie, and where to send the browser. */
export async function beginAuthorization(
  request: BeginAuthorizationRequest,
  deps: AuthorizationDeps = authorizationDeps(),
): Promise<BeginAuthorization> {
  const { partnerUser, purpose, connectionId, scopes = [], signUp = false } = request
  if (!can(partnerUser.role, ACTION_OF_PURPOSE[purpose])) return { kind: 'not_allowed' }

  const workspaceId = partnerUser.workspace.id
  const isNew = purpose === 'connect'
  const granted = isNew ? [] : await findScopes({ workspaceId, connectionId: connectionId ?? '' })
  if (granted === null) return { kind: 'not_found' }
  const choice = scopesToRequest({ purpose, registered: deps.config.scopes, granted, chosen: scopes }, includesScope)
  if (choice.kind === 'not_registered') return { kind: 'scopes_not_registered' }
  if (choice.kind === 'nothing_added') return { kind: 'nothing_to_add' }

  const taken = await takeFromLimits([
    ['connect.user', partnerUser.userId],
    ['connect.workspace', workspaceId],
  ])
  if (taken.kind === 'refused') return { kind: 'too_many_attempts' }

  const id = uuidv7()
  const state = createState()
  const codeVerifier = createCodeVerifier()
  const attempt = createAttemptSecret()
  const { environment, redirectUri } = deps.config
  const sealed = { environment, workspaceId, pendingAuthorizationId: id, field: 'code_verifier' } as const
  const created = await deps.pendingAuthorizations.create({
    id,
    workspaceId,
    userId: partnerUser.userId,
    sessionId: partnerUser.sessionId,
    environment,
    purpose,
    connectionId: isNew ? null : (connectionId ?? null),
    stateDigest: digestState(state),
    cookieDigest: digestAttempt(attempt.reveal()),
    sealedCodeVerifier: await deps.vault.seal(sealed, codeVerifier),
    redirectUri,
    requestedScopes: choice.scopes,
  })
  if (!created) return { kind: 'too_many_attempts' }

  const codeChallenge = await createS256CodeChallenge(codeVerifier)
  return {
    kind: 'begun',
    pendingAuthorizationId: id,
    authorizationUrl: buildAuthorizationUrl({
      config: deps.config,
      state,
      codeChallenge,
      scopes: choice.scopes,
      signUp,
    }).href,
    cookie: attemptCookie(deps.appOrigin, id, attempt),
  }
}
