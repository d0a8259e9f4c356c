import { describe, expect, it } from 'vitest'
import { configFor } from './testing/config'
import { respond, respondJson, startFaultServer } from './testing/fault-server'
import { LOOPBACK_CERTIFICATE } from './testing/loopback-certificate'
import { faultServers } from './testing/servers'
import { airwallexTokenEndpoint } from './token-endpoint'
import { ConnectError } from './transport'

const server = faultServers()
const tokens = { access_token: 'a', token_type: 'bearer', expires_in: 300, refresh_token: 'next' }
const request = { refreshToken: 'refresh+token/=', mayWrite: () => true, attemptMs: 60_000 }

async function prepared(origin: string) {
  return airwallexTokenEndpoint(configFor(origin), { connectMs: 60_000 }).connect()
}

describe('airwallexTokenEndpoint', () => {
  it('sends one refresh request with the client in the body', async () => {
    const airwallex = await server((socket) => respondJson(socket, 200, tokens))
    const answer = await (await prepared(airwallex.origin)).refresh(request)
    expect(answer).toEqual({ kind: 'answer', status: 200, body: JSON.stringify(tokens) })
    expect(airwallex.connections()).toBe(1)
    const [received] = airwallex.requests
    expect(received?.line).toBe('POST /oauth/token HTTP/1.1')
    expect(Object.fromEntries(received?.form ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh+token/=',
      client_id: 'appid_partner',
      client_secret: 'client secret/sentinel+%',
    })
    expect(received?.headers['content-type']).toBe('application/x-www-form-urlencoded;charset=UTF-8')
    expect(received?.headers).not.toHaveProperty('authorization')
  })

  it('speaks TLS', async () => {
    const airwallex = await server((socket) => respondJson(socket, 200, tokens), { secure: true })
    const config = configFor(airwallex.origin, { environment: 'demo' })
    const endpoint = airwallexTokenEndpoint(config, { connectMs: 60_000, ca: LOOPBACK_CERTIFICATE })
    expect(await (await endpoint.connect()).refresh(request)).toMatchObject({ kind: 'answer', status: 200 })
  })

  it('refuses to send tokens without TLS outside local', async () => {
    const airwallex = await server((socket) => respondJson(socket, 200, tokens))
    const endpoint = airwallexTokenEndpoint(configFor(airwallex.origin, { environment: 'demo' }))
    expect(await (await endpoint.connect()).refresh(request)).toEqual({ kind: 'not_sent' })
    expect(airwallex.requests).toHaveLength(0)
  })

  it.each([
    [200, '{"token_type":5,"refresh_token":"kept"}'],
    [200, '<html>'],
    [200, ''],
    [204, ''],
    [302, ''],
    [400, '{"error":"invalid_grant"}'],
    [401, '{"code":"credentials_invalid"}'],
    [429, '{"code":"too_many_requests"}'],
    [500, 'null'],
    [599, '[]'],
    [777, 'odd'],
  ])('hands over a %d with %j as it came, for the protocol to judge', async (status, body) => {
    const airwallex = await server((socket) => respond(socket, status, body))
    const answer = await (await prepared(airwallex.origin)).refresh(request)
    expect(answer).toEqual({ kind: 'answer', status, body })
    expect(airwallex.requests).toHaveLength(1)
  })

  it('hands over a 401 with a challenge and its body', async () => {
    const headers = { 'www-authenticate': 'Bearer error="invalid_client"' }
    const airwallex = await server((socket) => respond(socket, 401, '{"error":"invalid_client"}', headers))
    const answer = await (await prepared(airwallex.origin)).refresh(request)
    expect(answer).toEqual({ kind: 'answer', status: 401, body: '{"error":"invalid_client"}' })
  })

  it('answers instead of rejecting when the answer is lost', async () => {
    const airwallex = await server((socket) => socket.resetAndDestroy())
    expect(await (await prepared(airwallex.origin)).refresh(request)).toEqual({ kind: 'no_answer', detail: 'reset' })
    const silent = await server(() => {})
    const answer = await (await prepared(silent.origin)).refresh({ ...request, attemptMs: 100 })
    expect(answer).toEqual({ kind: 'no_answer', detail: 'timeout' })
    expect(await silent.ended).toBe('ECONNRESET')
  })

  it.each(['refresh', 'canary'] as const)('keeps the time limit that the protocol gives a %s', async (kind) => {
    const slow = await server((socket) => setTimeout(() => respondJson(socket, 200, tokens), 1_000))
    const answer = await (await prepared(slow.origin))[kind]({ ...request, attemptMs: 200 })
    expect(answer).toEqual({ kind: 'no_answer', detail: 'timeout' })
  })

  it('writes nothing when the guard refuses, and nothing after close or a first use', async () => {
    const airwallex = await server((socket) => respondJson(socket, 200, tokens))
    const refused = await prepared(airwallex.origin)
    expect(await refused.refresh({ ...request, mayWrite: () => false })).toEqual({ kind: 'not_sent' })
    const closed = await prepared(airwallex.origin)
    closed.close()
    expect(await closed.refresh(request)).toEqual({ kind: 'not_sent' })
    expect(airwallex.requests).toHaveLength(0)
    const used = await prepared(airwallex.origin)
    await used.refresh(request)
    expect(await used.refresh(request)).toEqual({ kind: 'not_sent' })
    expect(airwallex.requests).toHaveLength(1)
  })

  it('sends a canary that carries no token', async () => {
    const airwallex = await server((socket) => respondJson(socket, 400, { error: 'invalid_request' }))
    const answer = await (await prepared(airwallex.origin)).canary({ attemptMs: 60_000 })
    expect(answer).toEqual({ kind: 'answer', status: 400, body: '{"error":"invalid_request"}' })
    const form = Object.fromEntries(airwallex.requests[0]?.form ?? [])
    expect(form).toEqual({
      grant_type: 'refresh_token',
      client_id: 'appid_partner',
      client_secret: 'client secret/sentinel+%',
    })
  })

  it('rejects only while connecting', async () => {
    const gone = await startFaultServer(() => {})
    await gone.close()
    await expect(prepared(gone.origin)).rejects.toThrow(ConnectError)
  })
})
