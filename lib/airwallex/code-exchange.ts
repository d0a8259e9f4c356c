import * as oauth from 'oauth4webapi'
import { errorCode, readObject } from '@/lib/rotation/classify'
import { figures } from '@/lib/rotation/figures'
import { takeCallbackParameters, type VerifiedAuthorizationResponse } from './authorization'
import type { AirwallexConfig } from './endpoints'
import { authorizationServer, clientAuthentication, oauthClient, sendOAuthRequest } from './oauth-client'
import type { TokenEndpointOptions } from './token-endpoint'
import { type AirwallexTokenSet, readTokenSet } from './token-set'
import { type Connection, connect } from './transport'
import type { WireAnswer } from './wire-exchange'

export type CodeExchange =
  | { readonly kind: 'granted'; readonly tokenSet: AirwallexTokenSet }
  /** Airwallex said no. `error` is RFC 6749's code, or Airwallex's own; safe to log and to store. */
  | { readonly kind: 'refused'; readonly error: string; readonly status: number }
  /** The code may have been used: it is spent for us either way. `detail` is for logs and holds nothing secret. */
  | { readonly kind: 'ambiguous'; readonly detail: string }
  /** Not sent, or turned away before processing (429). The code is not sent again all the same. */
  | { readonly kind: 'unavailable'; readonly detail: string }

export type CodeExchangeOptions = TokenEndpointOptions & {
  /** What was asked for, should the answer not say what was granted. */
  readonly requestedScopes?: readonly string[]
  readonly attemptMs?: number
  readonly now?: () => Date
}

/**
 * Exchanges the authorization code (RFC 6749 §4.1.3). Sent once and never retried: on a second use of a code a server
 * should revoke what the first use brought (§4.1.2). Never throws for anything that Airwallex or the network does.
 * @throws {TypeError} when this response was exchanged before.
 */
export async function exchangeAuthorizationCode(
  config: AirwallexConfig,
  verified: VerifiedAuthorizationResponse,
  options: CodeExchangeOptions = {},
): Promise<CodeExchange> {
  const { connectMs = figures.connectMs, ca, attemptMs = figures.attemptMs, now = () => new Date() } = options
  const parameters = takeCallbackParameters(verified)

  let connection: Connection
  try {
    connection = await connect(new URL(config.tokenEndpoint), { connectMs, ca })
  } catch {
    return { kind: 'unavailable', detail: 'no connection' }
  }
  const sentAt = now()
  const answer = await sendOAuthRequest(connection, config, { attemptMs }, (requestOptions) =>
    oauth.authorizationCodeGrantRequest(
      authorizationServer(config),
      oauthClient(config),
      clientAuthentication(config),
      parameters,
      verified.redirectUri,
      verified.codeVerifier.reveal(),
      requestOptions,
    ),
  )
  connection.close()
  return judge(answer, { sentAt, requestedScopes: options.requestedScopes ?? config.scopes })
}

// Not oauth4webapi's own processing: it throws a refresh token away when its neighbours are malformed.
function judge(answer: WireAnswer, request: Parameters<typeof readTokenSet>[1]): CodeExchange {
  if (answer.kind === 'not_sent') return { kind: 'unavailable', detail: 'not sent' }
  if (answer.kind === 'no_answer') return { kind: 'ambiguous', detail: answer.detail }
  const { status } = answer
  const body = readObject(answer.body)
  if (status >= 200 && status < 300) {
    const tokenSet = body && readTokenSet(body, request)
    if (tokenSet) return { kind: 'granted', tokenSet }
    return { kind: 'ambiguous', detail: body ? `status ${status}, no refresh token` : `status ${status}, unreadable` }
  }
  if (status === 429) return { kind: 'unavailable', detail: 'status 429' }
  const error = body && errorCode(body)
  if (status < 400 || status >= 500 || !error) return { kind: 'ambiguous', detail: `status ${status}` }
  // A code is a short word; anything else would carry upstream text into logs and rows.
  return { kind: 'refused', error: /^[a-z0-9_.-]{1,64}$/i.test(error) ? error : 'unrecognized', status }
}
