import type { PartnerUser } from '@/lib/auth/partner-user'
import type { ReauthorizationReason } from '@/lib/rotation/row/row'
import type { Defer } from '@/lib/rotation/run/driver'
import { Secret } from '@/lib/vault/secret'
import { rotation } from './rotation'

/** Who needs the token: a signed-in partner user, or a part of this system that acts for a workspace. */
export type TokenPrincipal =
  | { readonly partnerUser: PartnerUser }
  | { readonly system: string; readonly workspaceId: string }

export type AccessTokenRequest = {
  readonly principal: TokenPrincipal
  readonly connectionId: string
  /** How long the token must still live; at most 120 s and half of its life are honored. */
  readonly minTtlSeconds?: number
  /** After a 401 of Airwallex's API: the generation whose token was refused. Refreshes once in 30 s. */
  readonly refusedGeneration?: number
  /** Keeps deferred work alive after the answer: `after` in Next, a tracked promise elsewhere. */
  readonly defer: Defer
}

export type AccessTokenResult =
  | {
      readonly kind: 'token'
      readonly accessToken: Secret
      readonly expiresAt: Date
      /** Names this token in `refusedGeneration`. */
      readonly generation: number
    }
  /** Nothing is lost: a refresh is being repeated. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number }
  | { readonly kind: 'reauthorization_required'; readonly reason: ReauthorizationReason }
  | { readonly kind: 'frozen' | 'quarantined' | 'disconnected' }
  /** Absent, or another workspace's: the two answer alike. */
  | { readonly kind: 'not_found' }

/**
 * The only way to an access token of Airwallex (docs/rotation.md): valid for at least `minTtlSeconds`, refreshed when it
 * is not, by at most one request at a time over all processes. Waits at most 5 s.
 */
export async function getAccessToken(request: AccessTokenRequest): Promise<AccessTokenResult> {
  const { principal, connectionId, minTtlSeconds = 0, refusedGeneration = null, defer } = request
  const system = 'system' in principal
  const workspaceId = system ? principal.workspaceId : principal.partnerUser.workspace.id
  const result = await rotation().getAccessToken(
    {
      key: { workspaceId, connectionId },
      minTtlMs: minTtlSeconds * 1_000,
      neededBy: system ? principal.system : `partner_user:${principal.partnerUser.userId}`,
      rejectedGeneration: refusedGeneration,
    },
    defer,
  )
  switch (result.kind) {
    case 'token': {
      const { accessToken, accessTokenExpiresAt, generation } = result
      return {
        kind: 'token',
        accessToken: new Secret(accessToken),
        expiresAt: new Date(accessTokenExpiresAt),
        generation,
      }
    }
    case 'temporarily_unavailable':
      return { kind: 'unavailable', retryAfterSeconds: Math.ceil(result.retryAfterMs / 1_000) }
    case 'reauthorization_required':
      return { kind: 'reauthorization_required', reason: result.reason ?? 'unknown' }
    case 'frozen':
    case 'quarantined':
    case 'disconnected':
      return { kind: result.kind }
    case 'absent':
      return { kind: 'not_found' }
  }
}
