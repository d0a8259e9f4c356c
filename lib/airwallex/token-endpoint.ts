import * as oauth from 'oauth4webapi'
import { figures } from '@/lib/rotation/figures'
import type { TokenAnswer, TokenEndpoint } from '@/lib/rotation/ports'
import type { AirwallexConfig } from './endpoints'
import { authorizationServer, clientAuthentication, oauthClient, sendOAuthRequest } from './oauth-client'
import { connect } from './transport'
import type { WireAnswer } from './wire-exchange'

export type TokenEndpointOptions = {
  /** Name, TCP and TLS together. */
  readonly connectMs?: number
  /** PEM of an authority to trust instead of the system's. */
  readonly ca?: string
}

/**
 * Airwallex's token endpoint for refresh requests (RFC 6749 §6): oauth4webapi makes the request, the rotation protocol
 * judges the answer. `connect` opens a new connection, for one request, and rejects with `ConnectError` alone.
 */
export function airwallexTokenEndpoint(
  config: AirwallexConfig,
  { connectMs = figures.connectMs, ca }: TokenEndpointOptions = {},
): TokenEndpoint {
  const server = authorizationServer(config)
  const client = oauthClient(config)
  const authentication = clientAuthentication(config)

  return {
    async connect() {
      const connection = await connect(new URL(config.tokenEndpoint), { connectMs, ca })
      return {
        async refresh({ refreshToken, mayWrite, attemptMs }) {
          const answer = await sendOAuthRequest(connection, config, { attemptMs, mayWrite }, (options) =>
            oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options),
          )
          connection.close()
          return asTokenAnswer(answer)
        },
        async canary({ attemptMs }) {
          const answer = await sendOAuthRequest(connection, config, { attemptMs }, (options) =>
            oauth.genericTokenEndpointRequest(server, client, authentication, 'refresh_token', {}, options),
          )
          connection.close()
          return asTokenAnswer(answer)
        },
        close() {
          connection.close()
        },
      }
    },
  }
}

function asTokenAnswer(answer: WireAnswer): TokenAnswer {
  return answer.kind === 'answer' ? { kind: 'answer', status: answer.status, body: answer.body } : answer
}
