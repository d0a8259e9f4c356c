import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox'
import { getJson, postRefresh, postToken } from '../testing/client'

const ACCOUNT = 'acct_HarbourLanternHK0000001'
let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox()
})
afterEach(() => sandbox.close())

const mint = () => sandbox.control.mintGrant({ accountId: ACCOUNT, scopes: ['account_details:read', 'balance:read'] })
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
const withoutClient = (parameters: Record<string, string>) => new URLSearchParams(parameters)

describe('a refresh', () => {
  it('answers every documented field and a working pair', async () => {
    const { refreshToken } = mint()
    const { status, body, headers } = await postRefresh(sandbox, refreshToken)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      access_token: expect.stringContaining('sbxtok'),
      token_type: 'bearer',
      expires_in: 300,
      refresh_token: expect.stringContaining('sbxtok'),
      refresh_token_expires_in: 60 * 86_400,
      scope: 'account_details:read balance:read',
      account_id: ACCOUNT,
    })
    expect((await getJson(sandbox, '/api/v1/account', String(body.access_token))).status).toBe(200)
    expect((await postRefresh(sandbox, body.refresh_token)).status).toBe(200)
  })

  it('takes the client by HTTP Basic and the body as JSON', async () => {
    const { refreshToken } = mint()
    const { clientId, clientSecret } = sandbox.config
    const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken }
    const byBasic = await postToken(
      sandbox,
      {},
      {
        headers: { authorization: basic(clientId, clientSecret) },
        body: withoutClient(parameters),
      },
    )
    expect(byBasic.status).toBe(200)
    const json = {
      ...parameters,
      refresh_token: byBasic.body.refresh_token,
      client_id: clientId,
      client_secret: clientSecret,
    }
    const byJson = await postToken(
      sandbox,
      {},
      {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(json),
      },
    )
    expect(byJson.status).toBe(200)
  })

  it('refuses a wrong client, with a challenge only for Basic', async () => {
    const { refreshToken } = mint()
    const inBody = await postToken(sandbox, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_secret: 'x',
    })
    expect(inBody).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(inBody.headers.get('www-authenticate')).toBeNull()
    const byBasic = await postToken(
      sandbox,
      {},
      {
        headers: { authorization: basic(sandbox.config.clientId, 'x') },
        body: withoutClient({ grant_type: 'refresh_token', refresh_token: refreshToken }),
      },
    )
    expect(byBasic.status).toBe(401)
    expect(byBasic.headers.get('www-authenticate')).toMatch(/^Basic /)
    expect((await postRefresh(sandbox, refreshToken)).status).toBe(200)
  })

  it.each([
    ['no refresh token (the canary)', { grant_type: 'refresh_token' }, 'invalid_request'],
    ['an empty refresh token', { grant_type: 'refresh_token', refresh_token: '' }, 'invalid_request'],
    ['no grant type', {}, 'invalid_request'],
    ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'made-up' }, 'invalid_grant'],
  ])('answers 400 to %s', async (_, parameters: Record<string, string>, error) => {
    expect(await postToken(sandbox, parameters)).toMatchObject({ status: 400, body: { error } })
  })

  it('answers 400 to a repeated parameter, a broken body and two kinds of client authentication', async () => {
    const { refreshToken } = mint()
    const { clientId: client_id, clientSecret: client_secret } = sandbox.config
    const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id, client_secret }
    const invalid = { status: 400, body: { error: 'invalid_request' } }
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const twice = `${new URLSearchParams(parameters)}&refresh_token=${refreshToken}`
    expect(await postToken(sandbox, {}, { headers: form, body: twice })).toMatchObject(invalid)
    const json = { 'content-type': 'application/json' }
    expect(await postToken(sandbox, {}, { headers: json, body: '{' })).toMatchObject(invalid)
    const headers = { authorization: basic(client_id, client_secret) }
    expect(await postToken(sandbox, {}, { headers, body: withoutClient(parameters) })).toMatchObject(invalid)
    expect(sandbox.control.inspectToken(refreshToken).class).toBe('current')
  })

  it('does not accept a token with a forged number or an access token', async () => {
    const { refreshToken, accessToken } = mint()
    const forged = refreshToken.replace(/_1_/, '_2_')
    expect(forged).not.toBe(refreshToken)
    expect((await postRefresh(sandbox, forged)).body.error).toBe('invalid_grant')
    expect((await postRefresh(sandbox, accessToken)).body.error).toBe('invalid_grant')
    expect(sandbox.control.verdict().connectionsKilled).toBe(0)
  })

  it('can write its errors as the rest of the API does', async () => {
    sandbox.control.setOptions({ errorShape: 'airwallex' })
    const { body } = await postToken(sandbox, { grant_type: 'refresh_token' })
    expect(body).toMatchObject({ code: 'invalid_request', message: expect.any(String), trace_id: expect.any(String) })
    expect(body.error).toBeUndefined()
  })

  it('kills the connection when the previous token comes after the grace', async () => {
    const { refreshToken } = mint()
    const first = await postRefresh(sandbox, refreshToken)
    sandbox.control.advanceClock(60)
    expect((await postRefresh(sandbox, refreshToken)).body.error).toBe('invalid_grant')
    expect((await postRefresh(sandbox, first.body.refresh_token)).body.error).toBe('invalid_grant')
    expect((await getJson(sandbox, '/api/v1/account', String(first.body.access_token))).status).toBe(401)
    expect(sandbox.control.verdict()).toMatchObject({ connectionsKilled: 1, lateSends: 1, supersededSends: 1 })
    expect(sandbox.control.journal().entries.map((entry) => entry.refreshTokenClass)).toEqual([
      'current',
      'previous_after_grace',
      'of_dead_grant',
      null,
    ])
  })

  it('answers 429 to a second refresh in flight, and processes it where that is switched off', async () => {
    const { refreshToken } = mint()
    sandbox.control.setOptions({ tokenLatencyMs: 200 })
    const both = await Promise.all([postRefresh(sandbox, refreshToken), postRefresh(sandbox, refreshToken)])
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 429])
    expect(both.find((answer) => answer.status === 429)?.body).toEqual({
      error: 'too_many_requests',
      error_description: 'Concurrent token refresh is not allowed.',
    })
    expect(sandbox.control.verdict()).toMatchObject({ rotations: 1, concurrentRefreshes: 1, answered429: 1 })
    sandbox.control.setOptions({ concurrent429: false })
    const again = await Promise.all([postRefresh(sandbox, refreshToken), postRefresh(sandbox, refreshToken)])
    expect(again.map((answer) => answer.status)).toEqual([200, 200])
  })

  it('ends the old access token at a rotation only where it is told to', async () => {
    const { refreshToken, accessToken } = mint()
    const first = await postRefresh(sandbox, refreshToken)
    expect((await getJson(sandbox, '/api/v1/account', accessToken)).status).toBe(200)
    sandbox.control.setOptions({ rotationEndsOldAccessToken: true })
    await postRefresh(sandbox, first.body.refresh_token)
    expect((await getJson(sandbox, '/api/v1/account', String(first.body.access_token))).status).toBe(401)
  })
})
