import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox'
import { PERSONAL_DATA_SENTINEL } from '../state/account-fixtures'
import { getJson } from '../testing/client'

const HONG_KONG = 'acct_HarbourLanternHK0000001'
let sandbox: Sandbox
let accessToken: string

beforeAll(async () => {
  sandbox = await startSandbox()
  accessToken = sandbox.control.mintGrant({ accountId: HONG_KONG }).accessToken
})
afterAll(() => sandbox.close())

type Item = Record<string, unknown>
const read = (path: string, headers?: Record<string, string>) => getJson(sandbox, path, accessToken, headers)
const items = async (path: string, headers?: Record<string, string>) => (await read(path, headers)).body.items as Item[]

describe('access to the API', () => {
  it('needs a living token with the scope of the endpoint', async () => {
    const narrow = sandbox.control.mintGrant({ accountId: HONG_KONG, scopes: ['account_details:read'] })
    expect((await getJson(sandbox, '/api/v1/account', narrow.accessToken)).status).toBe(200)
    for (const path of ['balances/current', 'balances/history', 'financial_transactions', 'global_accounts']) {
      expect(await getJson(sandbox, `/api/v1/${path}`, narrow.accessToken)).toMatchObject({
        status: 403,
        body: { code: 'forbidden', trace_id: expect.any(String) },
      })
    }
    expect(await getJson(sandbox, '/api/v1/account', 'made-up')).toMatchObject({
      status: 401,
      body: { code: 'credentials_invalid' },
    })
    expect(await getJson(sandbox, '/api/v1/account', narrow.refreshToken)).toMatchObject({ status: 401 })
    const response = await fetch(`${sandbox.origin}/api/v1/account`)
    expect(await response.json()).toMatchObject({ code: 'unauthorized' })
  })

  it('ends after five minutes of the sandbox’s clock', async () => {
    const { accessToken: token } = sandbox.control.mintGrant({ accountId: HONG_KONG })
    sandbox.control.advanceClock(299)
    expect((await getJson(sandbox, '/api/v1/account', token)).status).toBe(200)
    sandbox.control.advanceClock(2)
    expect(await getJson(sandbox, '/api/v1/account', token)).toMatchObject({
      status: 401,
      body: { code: 'credentials_expired' },
    })
    sandbox.control.resetClock()
  })

  it('takes a version by header and refuses one that is no date', async () => {
    expect((await read('/api/v1/account', { 'x-api-version': 'latest' })).body).toMatchObject({
      code: 'invalid_argument',
      source: 'x-api-version',
    })
  })
})

describe('GET /api/v1/account', () => {
  it('answers the account of the token, with and without a trailing slash', async () => {
    const { body } = await read('/api/v1/account')
    expect(body).toMatchObject({ id: HONG_KONG, status: 'ACTIVE', account_details: { legal_entity_type: 'BUSINESS' } })
    expect(JSON.stringify(body)).toContain(PERSONAL_DATA_SENTINEL)
    expect((await read('/api/v1/account/')).body).toEqual(body)
  })

  it('shows a closed account as closed only to versions that know the word', async () => {
    const id = sandbox.control.createAccounts({ status: 'CLOSED' })[0] ?? ''
    const { accessToken: token } = sandbox.control.mintGrant({ accountId: id })
    const status = async (version: string) =>
      (await getJson(sandbox, '/api/v1/account', token, { 'x-api-version': version })).body.status
    expect(await status('2026-08-21')).toBe('CLOSED')
    expect(await status('2025-06-30')).toBe('SUSPENDED')
  })

  it('leaves out nearly everything where an account has nearly nothing', async () => {
    const { accessToken: token } = sandbox.control.mintGrant({ accountId: 'acct_BareMinimum00000000005' })
    expect((await getJson(sandbox, '/api/v1/account', token)).body).toEqual({
      id: 'acct_BareMinimum00000000005',
      status: 'ACTIVE',
    })
    expect((await getJson(sandbox, '/api/v1/global_accounts', token)).body).toEqual({
      items: [],
      page_after: null,
      page_before: null,
    })
  })
})

describe('GET /api/v1/balances', () => {
  it('current is a bare array of JSON numbers that add up', async () => {
    const balances = (await read('/api/v1/balances/current')).body as unknown as Item[]
    expect(balances.map(({ currency }) => currency)).toEqual(['HKD', 'USD', 'CNY', 'JPY'])
    for (const balance of balances) {
      const { available_amount: available, pending_amount: pending, reserved_amount: reserved } = balance
      expect(balance.total_amount).toBeCloseTo(Number(available) + Number(pending) + Number(reserved), 6)
    }
    expect((await read('/api/v1/balances/current?account_type=yield')).body).toEqual([])
    expect((await read('/api/v1/balances/current?account_type=gold')).status).toBe(400)
  })

  it('history by cursor gives every entry once, its balances continuing each other', async () => {
    const seen: Item[] = []
    for (let page: string | null = '0'; page !== null; ) {
      const { body } = await read(`/api/v1/balances/history?page_size=200&page=${page}`)
      seen.push(...(body.items as Item[]))
      expect(body.has_more).toBe(body.page_after !== null)
      page = body.page_after as string | null
    }
    expect(seen).toHaveLength(640)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(640)
    const dollars = seen.filter(({ currency }) => currency === 'USD')
    dollars.slice(0, -1).forEach((entry, index) => {
      const before = Number(dollars[index + 1]?.balance)
      expect(Number(entry.balance)).toBeCloseTo(before + Number(entry.amount) - Number(entry.fee), 6)
    })
    const current = (await read('/api/v1/balances/current')).body as unknown as Item[]
    expect(current.find(({ currency }) => currency === 'USD')?.available_amount).toBe(dollars[0]?.balance)
    expect(String(dollars[0]?.posted_at)).toMatch(/T\d{2}:\d{2}:\d{2}\+0000$/)
  })

  it('history by page number covers at most seven days, and mixes with no cursor', async () => {
    const at = (days: number) => encodeURIComponent(new Date(Date.now() - days * 86_400_000).toISOString())
    expect((await read(`/api/v1/balances/history?page_num=0&from_post_at=${at(8)}`)).body.code).toBe(
      'time_range_exceed',
    )
    const week = await items(`/api/v1/balances/history?page_num=0&from_post_at=${at(6)}&page_size=2000`)
    expect(week.length).toBeGreaterThan(20)
    expect(week.length).toBeLessThan(200)
    expect((await read('/api/v1/balances/history?page=0&page_num=0')).status).toBe(400)
    expect((await read('/api/v1/balances/history?page_size=9')).body.source).toBe('page_size')
    const yen = await items('/api/v1/balances/history?page=0&currency=JPY')
    expect(yen.every(({ currency, amount }) => currency === 'JPY' && Number.isInteger(amount))).toBe(true)
  })
})

describe('GET /api/v1/financial_transactions', () => {
  it('pages by number, newest first, and filters', async () => {
    const { body } = await read('/api/v1/financial_transactions?page_size=300')
    expect(body.has_more).toBe(true)
    const times = (body.items as Item[]).map(({ created_at }) => Date.parse(String(created_at)))
    expect(times).toEqual([...times].sort((a, b) => b - a))
    expect((await read('/api/v1/financial_transactions?page_size=300&page_num=2')).body).toMatchObject({
      has_more: false,
    })
    const pending = await items('/api/v1/financial_transactions?status=PENDING')
    expect(pending.map(({ status, settled_at }) => [status, settled_at])).toEqual(Array(3).fill(['PENDING', null]))
    expect((await read('/api/v1/financial_transactions?status=LOST')).status).toBe(400)
  })

  it('speaks camel case in the old version', async () => {
    const { body } = await read('/api/v1/financial_transactions', { 'x-api-version': '2022-09-09' })
    expect(body).toHaveProperty('hasMore')
    expect((body.items as Item[])[0]).toHaveProperty('transactionType')
  })
})

describe('GET /api/v1/global_accounts', () => {
  it('pages by cursor, and by number in old versions', async () => {
    const { body } = await read('/api/v1/global_accounts?page_size=5')
    expect(body.items).toHaveLength(5)
    const next = await read(`/api/v1/global_accounts?page_size=5&page=${body.page_after}`)
    expect(next.body).toMatchObject({ page_after: null })
    expect(next.body.items).toHaveLength(2)
    const old = await read('/api/v1/global_accounts?page_size=5&page_num=1', { 'x-api-version': '2024-09-27' })
    expect(old.body).toMatchObject({ has_more: false })
    expect(await items('/api/v1/global_accounts?status=CLOSED')).toHaveLength(1)
  })
})

describe('the Connections API', () => {
  const login = async (secret = sandbox.config.clientSecret) => {
    const response = await fetch(`${sandbox.origin}/partner-api/v1/authentication/login`, {
      method: 'POST',
      headers: { 'x-app-id': sandbox.config.clientId, 'x-app-secret': secret },
    })
    return { status: response.status, body: (await response.json()) as Item }
  }

  it('needs a partner token, which lasts 30 minutes', async () => {
    expect((await login('wrong')).status).toBe(401)
    const { body } = await login()
    expect((await getJson(sandbox, '/partner-api/v1/connections', accessToken)).status).toBe(401)
    expect((await getJson(sandbox, '/partner-api/v1/connections', String(body.token))).status).toBe(200)
    sandbox.control.advanceClock(1800)
    expect((await getJson(sandbox, '/partner-api/v1/connections', String(body.token))).body.code).toBe(
      'credentials_expired',
    )
    sandbox.control.resetClock()
  })

  it('lists one connection for each account, with its state, in either casing', async () => {
    const own = await startSandbox()
    const ids = own.control.createAccounts({ count: 3 })
    for (const accountId of ids) own.control.mintGrant({ accountId, scopes: ['balance:read'] })
    own.control.mintGrant({ accountId: ids[0] ?? '', scopes: ['transfer:read'] })
    own.control.disconnect(ids[1] ?? '')
    const response = await fetch(`${own.origin}/partner-api/v1/authentication/login`, {
      method: 'POST',
      headers: { 'x-app-id': own.config.clientId, 'x-app-secret': own.config.clientSecret },
    })
    const { token } = (await response.json()) as { token: string }
    const first = await getJson(own, '/partner-api/v1/connections?page_size=2', token)
    expect(first.body).toMatchObject({ pageAfter: '2', pageBefore: null })
    expect(first.body.items).toMatchObject([
      { account_id: ids[0], status: 'CONNECTED', authorized_scopes: ['transfer:read'] },
      { account_id: ids[1], status: 'DISCONNECTED', authorized_scopes: ['balance:read'] },
    ])
    own.control.setOptions({ partnerCasing: 'snake' })
    const second = await getJson(own, '/partner-api/v1/connections?page_size=2&page=2', token)
    expect(second.body).toMatchObject({ page_after: null, page_before: '0', items: [{ account_id: ids[2] }] })
    own.control.setOptions({ partnerCasing: 'camel' })
    const id = (second.body.items as Item[])[0]?.id
    const one = await getJson(own, `/partner-api/v1/connections/${encodeURIComponent(String(id))}`, token)
    expect(one.body).toMatchObject({ id, accountId: ids[2], status: 'CONNECTED' })
    expect((await getJson(own, '/partner-api/v1/connections/unknown', token)).status).toBe(404)
    await own.close()
  })
})
