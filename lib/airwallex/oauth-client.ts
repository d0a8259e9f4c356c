import * as oauth from 'oauth4webapi'
import type { AirwallexConfig } from './endpoints'
import type { Connection } from './transport'
import type { WireAnswer } from './wire-exchange'

/** The token endpoint's answers are a few hundred bytes. */
export const MAX_TOKEN_RESPONSE_BYTES = 64 * 1024

const BODYLESS_STATUSES = [204, 205, 304]

/** Airwallex as an authorization server (RFC 8414 names). It publishes no metadata, so its issuer is not known. */
export function authorizationServer(
  config: Pick<AirwallexConfig, 'authorizationEndpoint' | 'tokenEndpoint' | 'revocationEndpoint'>,
): oauth.AuthorizationServer {
  return {
    issuer: new URL(config.authorizationEndpoint).origin,
    authorization_endpoint: config.authorizationEndpoint,
    token_endpoint: config.tokenEndpoint,
    ...(config.revocationEndpoint === undefined ? {} : { revocation_endpoint: config.revocationEndpoint }),
  }
}

export function oauthClient({ clientId }: Pick<AirwallexConfig, 'clientId'>): oauth.Client {
  return { client_id: clientId }
}

/**
 * `client_secret_post`: Airwallex takes both, and every request it shows has the pair in the body. Basic would
 * form-encode the pair first (RFC 6749 §2.3.1), which servers are known to undo differently.
 */
export const clientAuthentication = ({ clientSecret }: Pick<AirwallexConfig, 'clientSecret'>): oauth.ClientAuth =>
  oauth.ClientSecretPost(clientSecret)

type OAuthOptions = {
  readonly [oauth.customFetch]: (url: string, options: FetchOptions) => Promise<Response>
  readonly [oauth.allowInsecureRequests]: boolean
}
type FetchOptions = { readonly headers: Record<string, string>; readonly body?: BodyInit | null | undefined }

type SendOptions = { readonly attemptMs: number; readonly mayWrite?: () => boolean }

/**
 * Lets oauth4webapi make a request and sends it over `connection`. What the wire answered is returned whatever
 * oauth4webapi thinks of it; its errors may hold tokens (`cause.body`), so none of them leaves this function.
 */
export async function sendOAuthRequest(
  connection: Connection,
  config: Pick<AirwallexConfig, 'environment'>,
  { attemptMs, mayWrite }: SendOptions,
  request: (options: OAuthOptions) => Promise<Response>,
): Promise<WireAnswer> {
  let answer: WireAnswer = { kind: 'not_sent' }
  const options: OAuthOptions = {
    // Only `local` has endpoints without TLS, on loopback.
    [oauth.allowInsecureRequests]: config.environment === 'local',
    [oauth.customFetch]: async (url, { headers, body }) => {
      answer = await connection.send({
        method: 'POST',
        url: new URL(url),
        headers,
        body: String(body),
        timeoutMs: attemptMs,
        maxBodyBytes: MAX_TOKEN_RESPONSE_BYTES,
        ...(mayWrite ? { mayWrite } : {}),
      })
      return asResponse(answer)
    },
  }
  try {
    await request(options)
  } catch {
    // The answer says what happened.
  }
  return answer
}

function asResponse(answer: WireAnswer): Response {
  if (answer.kind !== 'answer') throw new Error(answer.kind)
  const body = BODYLESS_STATUSES.includes(answer.status) ? null : answer.body
  return new Response(body, { status: answer.status, headers: answer.headers })
}
