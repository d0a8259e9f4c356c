import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, jsonAnswer, oauthError } from '../http/answer'
import { readBody } from '../http/http'
import { type Handling, handle, type Processed } from '../http/pipeline'
import type { IssuedTokens } from '../state/stored-grant'
import type { World } from '../state/world'
import { isClient, parseTokenRequest, type TokenRequest } from './token-request'

/** `POST /oauth/token`: both grants. */
export async function tokenEndpoint(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request, response)
  if (body === null) return
  const { 'content-type': contentType, authorization } = request.headers
  const parsed = parseTokenRequest({ contentType, authorization }, body)
  const handling: Handling =
    parsed.kind === 'malformed'
      ? {
          endpoint: 'token',
          grantType: null,
          accountId: null,
          process: () => ({ answer: refusal(world, 400, 'invalid_request', parsed.description) }),
        }
      : describe(world, parsed.request)
  await handle(world, request, response, handling)
}

/** What the request is about, read without changing anything. */
function describe(world: World, request: TokenRequest): Handling {
  const grantType = request.parameters.get('grant_type') ?? null
  const refreshToken = grantType === 'refresh_token' ? (request.parameters.get('refresh_token') ?? null) : null
  const code = grantType === 'authorization_code' ? (request.parameters.get('code') ?? null) : null
  const presented = refreshToken === null ? null : world.grants.inspect(refreshToken)
  return {
    endpoint: 'token',
    grantType,
    accountId: presented?.grant?.accountId ?? (code && world.codes.inspect(code)?.accountId) ?? null,
    grantId: presented?.grant?.id ?? null,
    refreshTokenClass: presented?.tokenClass ?? null,
    refreshToken,
    code,
    process: (how) => processToken(world, request, how),
  }
}

function processToken(world: World, { parameters, client }: TokenRequest, how: { rotate: boolean }): Processed {
  if (!isClient(client, world.config)) {
    const challenge = client?.via === 'basic' ? { 'www-authenticate': 'Basic realm="airwallex-sandbox"' } : {}
    return { answer: refusal(world, 401, 'invalid_client', 'Client authentication failed', challenge) }
  }
  const grantType = parameters.get('grant_type')
  if (grantType === 'refresh_token') return refreshGrant(world, parameters.get('refresh_token'), how)
  if (grantType === 'authorization_code') return codeGrant(world, parameters)
  if (grantType === undefined) return { answer: missing(world, 'grant_type') }
  return { answer: refusal(world, 400, 'unsupported_grant_type', `OAuth 2.0 Parameter: grant_type`) }
}

function refreshGrant(world: World, refreshToken: string | undefined, how: { rotate: boolean }): Processed {
  if (refreshToken === undefined) return { answer: missing(world, 'refresh_token') }
  const result = world.grants.refresh(refreshToken, how)
  if (result.kind === 'rejected') {
    return {
      answer: refusal(world, 400, 'invalid_grant', 'invalid or expired refresh token'),
      outcome: result.outcome.kind,
    }
  }
  return issued(result.tokens, how.rotate ? result.outcome.kind : 'kept')
}

function codeGrant(world: World, parameters: ReadonlyMap<string, string>): Processed {
  const code = parameters.get('code')
  if (code === undefined) return { answer: missing(world, 'code') }
  const checked = world.codes.check(code, parameters.get('redirect_uri'), parameters.get('code_verifier'))
  if (checked.kind === 'redeemed') {
    const { accountId, userId, scopes } = checked.code
    const tokens = world.grants.start({ accountId, userId, scopes })
    world.codes.markUsed(code, tokens.grantId)
    return issued(tokens, 'exchanged')
  }
  const answer = refusal(world, 400, 'invalid_grant', 'OAuth 2.0 Parameter: code')
  if (checked.kind === 'refused') return { answer, outcome: 'refused' }
  // RFC 6749 §4.1.2: a code used twice ends the tokens that came from it.
  const grant = world.grants.get(checked.grantId)
  if (grant) world.grants.end(grant, 'code_reuse')
  return { answer, outcome: 'code_reuse', grantId: checked.grantId }
}

function issued(tokens: IssuedTokens, outcome: Processed['outcome'] & string): Processed {
  const answer = jsonAnswer(200, {
    access_token: tokens.accessToken,
    token_type: 'bearer',
    expires_in: tokens.expiresInSeconds,
    refresh_token: tokens.refreshToken,
    refresh_token_expires_in: tokens.refreshTokenExpiresInSeconds,
    scope: tokens.scopes.join(' '),
    account_id: tokens.accountId,
  })
  const { grantId, accountId, refreshToken, accessToken } = tokens
  return { answer, outcome, grantId, accountId, issued: { refreshToken, accessToken } }
}

function refusal(
  world: World,
  status: number,
  error: string,
  description: string,
  headers?: Record<string, string>,
): Answer {
  return oauthError(world.options.errorShape, status, error, description, headers)
}

function missing(world: World, parameter: string): Answer {
  return refusal(world, 400, 'invalid_request', `OAuth 2.0 Parameter: ${parameter}`)
}

/** `POST /oauth/revoke` (RFC 7009), which Airwallex is not known to have: 200 whatever the token was. */
export async function revocationEndpoint(world: World, request: IncomingMessage, response: ServerResponse) {
  const body = await readBody(request, response)
  if (body === null) return
  const { 'content-type': contentType, authorization } = request.headers
  const parsed = parseTokenRequest({ contentType, authorization }, body)
  const process = (): Processed => {
    if (parsed.kind === 'malformed') return { answer: refusal(world, 400, 'invalid_request', parsed.description) }
    if (!isClient(parsed.request.client, world.config)) {
      return { answer: refusal(world, 401, 'invalid_client', 'Client authentication failed') }
    }
    const token = parsed.request.parameters.get('token')
    if (token === undefined) return { answer: missing(world, 'token') }
    const grant = world.grants.revoke(token)
    const answer = { status: 200, headers: {}, body: '' }
    return grant ? { answer, grantId: grant.id, accountId: grant.accountId } : { answer }
  }
  const refreshToken = parsed.kind === 'parsed' ? (parsed.request.parameters.get('token') ?? null) : null
  await handle(world, request, response, {
    endpoint: 'revoke',
    grantType: null,
    accountId: null,
    refreshToken,
    process,
  })
}
