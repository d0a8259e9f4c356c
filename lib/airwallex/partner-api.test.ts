import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '@/lib/vault/secret'
import { listPartnerConnections, logInAsPartner } from './partner-api'
import { configFor } from './testing/config'
import { respondJson } from './testing/fault-server'
import { faultServers } from './testing/servers'

const server = faultServers()
const token = { token: new Secret('partner-token'), expiresAt: null }
const connection = {
  id: 'YXBwaWQ6YWNjdA==',
  airwallexAccountId: 'acct_1',
  status: { known: 'CONNECTED' },
  authorizedScopes: ['balance:read'],
}

describe('logInAsPartner', () => {
  it('shows id and secret in headers and gets a token that hides itself', async () => {
    const airwallex = await server((socket) =>
      respondJson(socket, 201, { token: 'token-sentinel', expires_at: '2026-11-23T12:30:00+0000' }),
    )
    const read = await logInAsPartner(configFor(airwallex.origin))
    if (read.kind !== 'ok') throw new Error(read.kind)
    expect(read.data.token.reveal()).toBe('token-sentinel')
    expect(read.data.expiresAt).toEqual(new Date('2026-11-23T12:30:00.000Z'))
    expect(inspect(read, { depth: Number.POSITIVE_INFINITY })).not.toContain('sentinel')
    expect(airwallex.requests[0]?.line).toBe('POST /partner-api/v1/authentication/login HTTP/1.1')
    expect(airwallex.requests[0]?.headers).toMatchObject({
      'x-app-id': 'appid_partner',
      'x-app-secret': 'client secret/sentinel+%',
    })
  })

  it('is tried once', async () => {
    const airwallex = await server((socket) => respondJson(socket, 500, {}))
    expect(await logInAsPartner(configFor(airwallex.origin))).toMatchObject({
      kind: 'unavailable',
      reason: 'server_error',
    })
    expect(airwallex.requests).toHaveLength(1)
  })
})

describe('listPartnerConnections', () => {
  const camel = { id: connection.id, accountId: 'acct_1', status: 'CONNECTED', authorizedScopes: ['balance:read'] }
  const snake = { id: connection.id, account_id: 'acct_1', status: 'CONNECTED', authorized_scopes: ['balance:read'] }

  it.each([
    ['camel case', { items: [camel, {}, null], pageAfter: 'next' }],
    ['snake case', { items: [snake, { id: 'without account' }], page_after: 'next' }],
  ])('reads a page in %s and leaves out what is no connection', async (_case, body) => {
    const airwallex = await server((socket) => respondJson(socket, 200, body))
    const read = await listPartnerConnections(configFor(airwallex.origin), token, 'a&b=c')
    expect(read).toEqual({ kind: 'ok', data: { connections: [connection], pageAfter: 'next' } })
    expect(airwallex.requests[0]?.line).toBe('GET /partner-api/v1/connections?page_size=100&page=a%26b%3Dc HTTP/1.1')
    expect(airwallex.requests[0]?.headers).toMatchObject({ authorization: 'Bearer partner-token' })
  })

  it('knows the end of the list, and a page that is none', async () => {
    const bodies: unknown[] = [{ items: [], page_after: null }, { connections: [] }]
    const airwallex = await server((socket, _request, index) => respondJson(socket, 200, bodies[index]))
    const config = configFor(airwallex.origin)
    expect(await listPartnerConnections(config, token, null)).toEqual({
      kind: 'ok',
      data: { connections: [], pageAfter: null },
    })
    expect(await listPartnerConnections(config, token, null)).toMatchObject({ reason: 'unreadable' })
  })

  it('keeps a status it does not know as Airwallex wrote it', async () => {
    const airwallex = await server((socket) => respondJson(socket, 200, { items: [{ ...snake, status: 'PAUSED' }] }))
    const read = await listPartnerConnections(configFor(airwallex.origin), token, null)
    expect(read).toMatchObject({ data: { connections: [{ status: { unrecognized: 'PAUSED' } }] } })
  })
})
