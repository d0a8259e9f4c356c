import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox'
import { callControl, postRefresh } from '../testing/client'

type Received = { headers: IncomingMessage['headers']; raw: string; event: Record<string, unknown> }
const ACCOUNT = 'acct_HarbourLanternHK0000001'

let receiver: Server
let received: Received[]
let answers: number[]
let sandbox: Sandbox

beforeEach(async () => {
  received = []
  answers = []
  receiver = createServer(async (request, response) => {
    let raw = ''
    for await (const chunk of request) raw += chunk
    received.push({ headers: request.headers, raw, event: JSON.parse(raw) })
    response.writeHead(answers.shift() ?? 200).end()
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
  sandbox = await startSandbox({ webhookUrl, webhookRetryMs: 5 })
})
afterEach(async () => {
  await sandbox.close()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

const names = () => received.map(({ event }) => event.name)
const mint = () => sandbox.control.mintGrant({ accountId: ACCOUNT, scopes: ['balance:read'] })
const settled = () => sandbox.control.webhookDeliveries().every(({ state }) => state !== 'pending')

describe('webhooks of a connection that ends', () => {
  it('are both disconnect events, signed over timestamp and raw body', async () => {
    const before = Date.now()
    mint()
    sandbox.control.disconnect(ACCOUNT)
    await expect.poll(() => received.length).toBe(2)
    expect(names().sort()).toEqual(['connection.disconnected', 'partner_connection.disconnected'])
    for (const { headers, raw } of received) {
      const timestamp = String(headers['x-timestamp'])
      expect(Number(timestamp)).toBeGreaterThanOrEqual(before)
      expect(Number(timestamp)).toBeLessThanOrEqual(Date.now())
      const expected = createHmac('sha256', sandbox.config.webhookSecret)
        .update(timestamp + raw)
        .digest('hex')
      expect(headers['x-signature']).toBe(expected)
    }
    const event = received.find(({ event }) => event.name === 'connection.disconnected')?.event
    const id = Buffer.from(`${sandbox.config.clientId}:${ACCOUNT}`).toString('base64')
    expect(event).toEqual({
      id: expect.stringMatching(/^evt_/),
      name: 'connection.disconnected',
      account_id: ACCOUNT,
      source_id: id,
      data: { id, account_id: ACCOUNT, status: 'DISCONNECTED', authorized_scopes: ['balance:read'] },
      created_at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+0000$/),
      version: '2026-08-21',
    })
    const partner = received.find(({ event }) => event.name === 'partner_connection.disconnected')?.event
    expect(partner).toMatchObject({
      app_id: sandbox.config.clientId,
      data: { account_ids: [ACCOUNT], reason: 'user_initiated' },
    })
  })

  it('come after reuse of a refresh token, a lost role, a suspension and a closure, each once', async () => {
    const ways = [
      async () => {
        const { refreshToken } = mint()
        await postRefresh(sandbox, refreshToken)
        sandbox.control.advanceClock(60)
        await postRefresh(sandbox, refreshToken)
      },
      () => {
        mint()
        sandbox.control.setRole(ACCOUNT, 'user_grace', 'Viewer')
      },
      () => {
        mint()
        sandbox.control.setAccountStatus(ACCOUNT, 'SUSPENDED')
      },
      () => {
        mint()
        sandbox.control.setAccountStatus(ACCOUNT, 'CLOSED')
      },
    ]
    for (const way of ways) {
      received = []
      await way()
      await expect.poll(() => received.length > 0 && settled()).toBe(true)
      expect(names().filter((name) => name === 'connection.disconnected')).toHaveLength(1)
    }
    expect(sandbox.control.verdict().grantsEnded).toEqual({
      refresh_token_reuse: 1,
      consenting_user_lost_role: 1,
      account_suspended: 1,
      account_closed: 1,
    })
  })

  it('do not come while another grant of the account lives, nor for another user’s role', async () => {
    const { refreshToken } = mint()
    mint()
    await postRefresh(sandbox, refreshToken)
    sandbox.control.advanceClock(60)
    await postRefresh(sandbox, refreshToken)
    expect(sandbox.control.verdict().connectionsKilled).toBe(1)
    sandbox.control.setRole(ACCOUNT, 'user_oliver', 'Viewer')
    expect(sandbox.control.webhookDeliveries()).toEqual([])
    expect(sandbox.control.connection(ACCOUNT)?.status).toBe('CONNECTED')
  })
})

describe('a delivery', () => {
  it('is repeated with the same event until it is answered with 200', async () => {
    answers = [500, 204, 302]
    sandbox.control.setAccountStatus(ACCOUNT, 'ACTIVE')
    await expect.poll(() => received.length).toBe(4)
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(1)
    await expect.poll(() => sandbox.control.webhookDeliveries()[0]?.state).toBe('delivered')
    const [delivery] = sandbox.control.webhookDeliveries()
    expect(delivery?.attempts.map(({ status }) => status)).toEqual([500, 204, 302, 200])
    const gaps = delivery?.attempts.slice(1).map(({ at }, index) => at - (delivery.attempts[index]?.at ?? 0)) ?? []
    expect(gaps[2]).toBeGreaterThanOrEqual(4 * 5 - 1)
  })

  it('can be held, and released late, twice and out of order', async () => {
    await callControl(sandbox, 'PATCH', '/control/options', { webhooks: 'hold' })
    mint()
    sandbox.control.setAccountStatus(ACCOUNT, 'ACTION_REQUIRED')
    sandbox.control.disconnect(ACCOUNT)
    expect(sandbox.control.webhookDeliveries().map(({ state }) => state)).toEqual(['held', 'held', 'held'])
    expect(received).toEqual([])
    const { body } = await callControl(sandbox, 'POST', '/control/webhooks/release', { reverse: true, copies: 2 })
    expect(body).toEqual({ released: 3 })
    await expect.poll(() => received.length).toBe(6)
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(3)
    const [first] = sandbox.control.webhookDeliveries()
    await callControl(sandbox, 'POST', `/control/webhooks/${first?.eventId}/redeliver`)
    await expect.poll(() => received.length).toBe(7)
    expect(received[6]?.event.id).toBe(first?.eventId)
  })

  it('can be lost', () => {
    sandbox.control.setOptions({ webhooks: 'lose' })
    mint()
    sandbox.control.disconnect(ACCOUNT)
    expect(sandbox.control.webhookDeliveries().map(({ state }) => state)).toEqual(['lost', 'lost'])
    expect(sandbox.control.connection(ACCOUNT)?.status).toBe('DISCONNECTED')
  })
})

describe('the partner’s webhooks', () => {
  const call = async (path: string, body?: unknown, secret = sandbox.config.clientSecret) => {
    const response = await fetch(`${sandbox.origin}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${sandbox.config.clientId}:${secret}`).toString('base64')}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  it('are created, listed, changed, connected to an account and deleted', async () => {
    const url = sandbox.config.webhookUrl
    const wrong = await call('/partner-api/v1/webhooks/create', {}, 'wrong')
    expect(wrong.status).toBe(401)
    expect(
      (await call('/partner-api/v1/webhooks/create', { request_id: 'r', url: 'ftp://x', events: ['a'] })).status,
    ).toBe(400)
    const { status, body } = await call('/partner-api/v1/webhooks/create', {
      request_id: 'r1',
      url,
      events: ['account.suspended'],
      version: '2025-06-30',
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({ id: expect.stringMatching(/^wh_/), secret: expect.stringMatching(/^whsec_/) })

    sandbox.control.setAccountStatus(ACCOUNT, 'SUSPENDED')
    await expect.poll(settled).toBe(true)
    expect(received).toHaveLength(1)
    await call(`/partner-api/v1/webhooks/${body.id}/connect`, { account_id: ACCOUNT })
    sandbox.control.setAccountStatus(ACCOUNT, 'SUSPENDED')
    await expect.poll(() => received.length).toBe(3)
    const own = received.find(({ event }) => event.version === '2025-06-30')
    const timestamp = String(own?.headers['x-timestamp'])
    const expected = createHmac('sha256', String(body.secret))
      .update(timestamp + own?.raw)
      .digest('hex')
    expect(own?.headers['x-signature']).toBe(expected)

    expect((await call(`/api/v1/webhooks/${body.id}/update`, { url: `${url}2` })).body).toMatchObject({
      url: `${url}2`,
    })
    expect((await call('/partner-api/v1/webhooks')).body.items).toHaveLength(1)
    expect((await call(`/partner-api/v1/webhooks/${body.id}/delete`, {})).status).toBe(200)
    expect((await call(`/partner-api/v1/webhooks/${body.id}`)).status).toBe(404)
  })
})
