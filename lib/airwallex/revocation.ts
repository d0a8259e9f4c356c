import * as oauth from 'oauth4webapi'
import { figures } from '@/lib/rotation/figures'
import type { Secret } from '@/lib/vault/secret'
import type { AirwallexConfig } from './endpoints'
import { authorizationServer, clientAuthentication, oauthClient, sendOAuthRequest } from './oauth-client'
import type { TokenEndpointOptions } from './token-endpoint'
import { connect } from './transport'

/** A configuration with a revocation endpoint. Airwallex documents none, so most have no such thing. */
export type RevocableConfig = AirwallexConfig & { readonly revocationEndpoint: string }

export const canRevoke = (config: AirwallexConfig): config is RevocableConfig => config.revocationEndpoint !== undefined

/** The request did not come back with a 200. Holds no token. */
export class RevocationError extends Error {
  override readonly name = 'RevocationError'
}

/**
 * Asks to revoke a token (RFC 7009 §2.1), once. Returns nothing and asserts nothing: a server answers 200 for a token
 * that it does not know, too (§2.2).
 * @throws {RevocationError} when no 200 came.
 */
export async function revokeToken(
  config: RevocableConfig,
  refreshToken: Secret,
  { connectMs = figures.connectMs, ca, attemptMs = 5_000 }: TokenEndpointOptions & { readonly attemptMs?: number } = {},
): Promise<void> {
  const connection = await connect(new URL(config.revocationEndpoint), { connectMs, ca }).catch((cause: unknown) => {
    throw new RevocationError('No connection to the revocation endpoint', { cause })
  })
  const answer = await sendOAuthRequest(connection, config, { attemptMs }, (options) =>
    oauth.revocationRequest(
      authorizationServer(config),
      oauthClient(config),
      clientAuthentication(config),
      refreshToken.reveal(),
      { ...options, additionalParameters: { token_type_hint: 'refresh_token' } },
    ),
  )
  connection.close()
  if (answer.kind !== 'answer') throw new RevocationError(`The revocation endpoint gave no answer (${answer.kind})`)
  if (answer.status !== 200) throw new RevocationError(`The revocation endpoint answered ${answer.status}`)
}
