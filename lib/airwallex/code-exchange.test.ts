import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCodeVerifier, createState, digestState, verifyAuthorizationResponse } from './authorization'
import { exchangeAuthorizationCode } from './code-exchange'
import { configFor } from './testing/config'
import { respond, respondJson, startFaultServer } from './testing/fault-server'
import { faultServers } from './testing/servers'

const server = faultServers()
const sentAt = new Date('2026-11-23T12:00:00.000Z')
const tokens = {
  access_token: 'access-sentinel',
  token_type: 'bearer',
  expires_in: 300,
  refresh_token: 'refresh-sentinel',
  refresh_token_expires_in: 7_776_000,
  scope: 'account_details:read balance:read',
  account_id: 'acct_1',
}

function verified(origin: string) {
  const state = createState()
  const config = configFor(origin)
  const outcome = verifyAuthorizationResponse(
    config,
    new URLSearchParams({ code: 'code-sentinel', state: state.reveal() }),
    { stateDigest: digestState(state), codeVerifier: createCodeVerifier(), redirectUri: config.redirectUri },
  )
  if (outcome.kind !== 'verified') throw new Error(outcome.kind)
  return outcome.response
}

const exchange = (origin: string, attemptMs = 2_000) =>
  exchangeAuthorizationCode(configFor(origin), verified(origin), { attemptMs, now: () => sentAt })

async function exchangeAgainst(...[behavior]: Parameters<typeof startFaultServer>) {
  const airwallex = await server(behavior)
  const outcome = await exchange(airwallex.origin)
  expect(airwallex.requests).toHaveLength(1)
  return outcome
}

async function tokenSetOf(body: unknown) {
  const outcome = await exchangeAgainst((socket) => respondJson(socket, 200, body))
  if (outcome.kind !== 'granted') throw new Error(JSON.stringify(outcome))
  return outcome.tokenSet
}

describe('exchangeAuthorizationCode', () => {
  it('sends code, verifier and redirect URI once and reads the whole answer', async () => {
    const airwallex = await server((socket) => respondJson(socket, 200, tokens))
    const response = verified(airwallex.origin)
    const outcome = await exchangeAuthorizationCode(configFor(airwallex.origin), response, { now: () => sentAt })
    if (outcome.kind !== 'granted') throw new Error(outcome.kind)
    expect(outcome.tokenSet).toMatchObject({
      accessTokenExpiresAt: new Date('2026-11-23T12:05:00.000Z'),
      refreshTokenExpiresAt: new Date('2027-02-21T12:00:00.000Z'),
      grantedScopes: ['account_details:read', 'balance:read'],
      airwallexAccountId: 'acct_1',
    })
    expect(outcome.tokenSet.accessToken?.reveal()).toBe('access-sentinel')
    expect(outcome.tokenSet.refreshToken.reveal()).toBe('refresh-sentinel')
    expect(Object.fromEntries(airwallex.requests[0]?.form ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: 'code-sentinel',
      code_verifier: response.codeVerifier.reveal(),
      redirect_uri: 'https://partner.test/api/airwallex/callback',
      client_id: 'appid_partner',
      client_secret: 'client secret/sentinel+%',
    })
  })

  it('cannot send a code a second time', async () => {
    const airwallex = await server((socket) => socket.resetAndDestroy())
    const response = verified(airwallex.origin)
    const config = configFor(airwallex.origin)
    expect(await exchangeAuthorizationCode(config, response)).toEqual({ kind: 'ambiguous', detail: 'reset' })
    await expect(exchangeAuthorizationCode(config, response)).rejects.toThrow(TypeError)
    expect(airwallex.requests).toHaveLength(1)
  })

  it('keeps the refresh token whatever its neighbours look like', async () => {
    const neighbours = { token_type: [], expires_in: -5, scope: 7, account_id: {}, id_token: 'x', access_token: null }
    const tokenSet = await tokenSetOf({ refresh_token: 'kept', ...neighbours })
    expect(tokenSet.refreshToken.reveal()).toBe('kept')
    expect(tokenSet).toMatchObject({
      accessToken: null,
      accessTokenExpiresAt: sentAt,
      refreshTokenExpiresAt: new Date('2027-01-22T12:00:00.000Z'),
      grantedScopes: ['account_details:read', 'balance:read'],
      airwallexAccountId: null,
    })
  })

  it('takes no more than five minutes of access token and reads seconds as a string', async () => {
    const long = await tokenSetOf({ ...tokens, expires_in: 9e9 })
    expect(long.accessTokenExpiresAt).toEqual(new Date('2026-11-23T12:05:00.000Z'))
    const text = await tokenSetOf({ ...tokens, expires_in: '120' })
    expect(text.accessTokenExpiresAt).toEqual(new Date('2026-11-23T12:02:00.000Z'))
  })

  it.each(['acct 1', 'acct_ü', `acct_${'x'.repeat(200)}`, ''])(
    'does not take %j for an account id',
    async (account_id) => {
      expect((await tokenSetOf({ ...tokens, account_id })).airwallexAccountId).toBeNull()
    },
  )

  it.each([
    [400, { error: 'invalid_grant', error_description: 'x' }, 'invalid_grant'],
    [401, { error: 'invalid_client' }, 'invalid_client'],
    [401, { code: 'credentials_invalid', message: 'x' }, 'credentials_invalid'],
    [403, { error: 'unauthorized_client' }, 'unauthorized_client'],
    [400, { error: '<b>upstream text</b> with refresh-sentinel' }, 'unrecognized'],
  ])('reports a refusal %d %j by its code', async (status, body, error) => {
    expect(await exchangeAgainst((socket) => respondJson(socket, status, body))).toEqual({
      kind: 'refused',
      error,
      status,
    })
  })

  it.each([
    [200, '{}'],
    [200, '{"access_token":"a"}'],
    [200, '{"refresh_token":""}'],
    [200, '{"refresh_token":7}'],
    [200, '{"error":"invalid_grant"}'],
    [200, '<html>'],
    [200, ''],
    [200, 'null'],
    [200, '[]'],
    [204, ''],
    [302, ''],
    [400, '<html>'],
    [404, 'null'],
    [500, '{"error":"invalid_grant"}'],
    [503, ''],
  ])('does not know what became of the code after %d %j', async (status, body) => {
    expect((await exchangeAgainst((socket) => respond(socket, status, body))).kind).toBe('ambiguous')
  })

  it('does not know it either when the answer is lost, cut, late or no HTTP', async () => {
    expect(await exchangeAgainst((socket) => socket.end())).toEqual({ kind: 'ambiguous', detail: 'closed' })
    const cut = 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"refresh_token":"refresh-sentinel"'
    expect(await exchangeAgainst((socket) => socket.end(cut))).toEqual({ kind: 'ambiguous', detail: 'truncated' })
    expect(await exchangeAgainst((socket) => socket.end('hello\r\n'))).toEqual({
      kind: 'ambiguous',
      detail: 'not_http',
    })
    const silent = await server(() => {})
    expect(await exchange(silent.origin, 100)).toEqual({ kind: 'ambiguous', detail: 'timeout' })
  })

  it('is unavailable when nothing was sent or nothing was processed', async () => {
    expect(await exchangeAgainst((socket) => respondJson(socket, 429, {}))).toEqual({
      kind: 'unavailable',
      detail: 'status 429',
    })
    const gone = await startFaultServer(() => {})
    await gone.close()
    expect(await exchange(gone.origin)).toEqual({ kind: 'unavailable', detail: 'no connection' })
  })

  it('shows no token, code or secret in any outcome', async () => {
    const answers = [
      JSON.stringify(tokens),
      JSON.stringify({ ...tokens, expires_in: 'soon', token_type: 1 }),
      JSON.stringify({ access_token: 'access-sentinel' }),
      `${JSON.stringify(tokens)}x`,
    ]
    for (const body of answers) {
      for (const status of [200, 400, 500]) {
        const outcome = await exchangeAgainst((socket) => respond(socket, status, body))
        expect(inspect(outcome, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain('sentinel')
        expect(JSON.stringify(outcome)).not.toContain('sentinel')
      }
    }
  })

  it('answers every body and status with one of its outcomes', async () => {
    let [status, body] = [200, '']
    const airwallex = await server((socket) => respond(socket, status, body))
    const anyBody = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record(
          {
            refresh_token: fc.jsonValue(),
            access_token: fc.jsonValue(),
            expires_in: fc.jsonValue(),
            error: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value)),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(200, 201, 204, 302, 400, 401, 429, 500),
        anyBody,
        async (someStatus, someBody) => {
          ;[status, body] = [someStatus, someBody]
          const outcome = await exchange(airwallex.origin)
          expect(['granted', 'refused', 'ambiguous', 'unavailable']).toContain(outcome.kind)
          expect(outcome.kind === 'granted').toBe(status < 300 && status !== 204 && hasRefreshToken(body))
        },
      ),
      { numRuns: 200 },
    )
  })
})

function hasRefreshToken(body: string): boolean {
  try {
    const token: unknown = JSON.parse(body)?.refresh_token
    return typeof token === 'string' && token.trim() !== ''
  } catch {
    return false
  }
}
