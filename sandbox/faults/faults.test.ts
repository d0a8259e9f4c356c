import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox'
import { bodyOf, postToken, type RawExchange, rawRefresh } from '../testing/client'
import type { NewFault } from './fault'

let sandbox: Sandbox
let refreshToken: string
let _accessToken: string

beforeEach(async () => {
  sandbox = await startSandbox()
  const minted = sandbox.control.mintGrant({ accountId: 'acct_ThamesTyneUK0000000002' })
  refreshToken = minted.refreshToken
  _accessToken = minted.accessToken
})
afterEach(() => sandbox.close())

const strike = (fault: NewFault) => {
  sandbox.control.addFault({ match: { endpoint: 'token' }, ...fault })
  return rawRefresh(sandbox, refreshToken)
}
const lastEntry = () => sandbox.control.journal().entries.at(-1)
const classNow = () => sandbox.control.inspectToken(refreshToken).class
const json = (exchange: RawExchange) => JSON.parse(bodyOf(exchange)) as Record<string, unknown>

describe('faults before processing', () => {
  it.each(['drop_before', 'reset_before'] as const)(
    '%s closes the socket without a byte and changes nothing',
    async (kind) => {
      const exchange = await strike({ kind })
      expect(exchange).toMatchObject({ received: '', ending: kind === 'reset_before' ? 'reset' : 'closed' })
      expect(classNow()).toBe('current')
      expect(lastEntry()).toMatchObject({ fault: kind, processed: false, delivered: false, status: null })
    },
  )

  it('status answers any status in either error shape', async () => {
    const exchange = await strike({ kind: 'status', status: 503, retryAfter: '2' })
    expect(exchange.received).toMatch(/^HTTP\/1.1 503 /)
    expect(exchange.received).toMatch(/retry-after: 2/i)
    expect(json(exchange)).toMatchObject({ error: 'service_unavailable' })
    sandbox.control.setOptions({ errorShape: 'airwallex' })
    expect(json(await strike({ kind: 'status', status: 400, error: 'invalid_grant' }))).toMatchObject({
      code: 'invalid_grant',
    })
    expect(bodyOf(await strike({ kind: 'status', status: 502, body: '<h1>Bad gateway</h1>' }))).toBe(
      '<h1>Bad gateway</h1>',
    )
    expect(classNow()).toBe('current')
  })

  it('redirect points elsewhere, and the journal shows whether anyone followed', async () => {
    const exchange = await strike({ kind: 'redirect' })
    expect(exchange.received).toMatch(/^HTTP\/1.1 307 /)
    expect(exchange.received).toContain('/oauth/elsewhere')
    sandbox.control.addFault({ kind: 'redirect', match: { endpoint: 'token' } })
    await postToken(sandbox, { grant_type: 'refresh_token', refresh_token: refreshToken })
    expect(lastEntry()).toMatchObject({ endpoint: 'other', path: '/oauth/elsewhere', status: 404 })
    expect(classNow()).toBe('current')
  })

  /** A refresh whose client goes away as soon as the sandbox has it. */
  async function abandoned() {
    const controller = new AbortController()
    const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken }
    const before = sandbox.control.journal().lastSeq
    const answer = postToken(sandbox, parameters, { signal: controller.signal })
    const refused = expect(answer).rejects.toThrow()
    await expect.poll(() => sandbox.control.journal().lastSeq, { interval: 5 }).toBe(before + 1)
    controller.abort()
    await refused
  }

  it.each([
    ['drops a request whose client has gone', { delayMs: 60_000 }, 'current'],
    ['processes it all the same when told to', { delayMs: 2_000, evenIfGone: true }, 'previous_in_grace'],
  ] as const)('delay_before %s', async (_what, fault, expected) => {
    sandbox.control.addFault({ kind: 'delay_before', ...fault, match: { endpoint: 'token' } })
    await abandoned()
    await expect.poll(() => lastEntry()?.delivered).toBe(false)
    expect(classNow()).toBe(expected)
  })

  it('hang keeps the connection and says nothing', async () => {
    sandbox.control.addFault({ kind: 'hang', match: { endpoint: 'token' } })
    await abandoned()
    await expect.poll(() => lastEntry()).toMatchObject({ fault: 'hang', processed: false, delivered: false })
  })
})

describe('faults of the answer', () => {
  const processedAs = { processed: true, outcome: 'rotated' }

  it.each(['drop_after', 'reset_after'] as const)('%s rotates and closes the socket without a byte', async (kind) => {
    const exchange = await strike({ kind })
    expect(exchange).toMatchObject({ received: '', ending: kind === 'reset_after' ? 'reset' : 'closed' })
    expect(classNow()).toBe('previous_in_grace')
    expect(lastEntry()).toMatchObject({ ...processedAs, fault: kind, delivered: false })
  })

  it('status_after rotates and answers an error', async () => {
    const exchange = await strike({ kind: 'status_after', status: 500 })
    expect(exchange.received).toMatch(/^HTTP\/1.1 500 /)
    expect(classNow()).toBe('previous_in_grace')
    expect(lastEntry()).toMatchObject({ ...processedAs, status: 500, delivered: true })
  })

  it('truncate announces the whole body and sends half of it', async () => {
    const exchange = await strike({ kind: 'truncate' })
    const announced = Number(/content-length: (\d+)/i.exec(exchange.received)?.[1])
    expect(bodyOf(exchange).length).toBe(Math.floor(announced / 2))
    expect(lastEntry()).toMatchObject({ ...processedAs, delivered: false })
  })

  it('wrong_length announces less than it sends', async () => {
    const exchange = await strike({ kind: 'wrong_length' })
    const announced = Number(/content-length: (\d+)/i.exec(exchange.received)?.[1])
    expect(announced).toBe(bodyOf(exchange).length - 9)
    expect(() => JSON.parse(bodyOf(exchange).slice(0, announced))).toThrow()
  })

  it('malformed_json, html, empty, null_body and array_body are what they say', async () => {
    sandbox.control.setOptions({ graceSeconds: 3600 })
    const malformed = await strike({ kind: 'malformed_json' })
    expect(malformed.received).toMatch(/^HTTP\/1.1 200 [\s\S]*application\/json/)
    expect(() => json(malformed)).toThrow()
    expect((await strike({ kind: 'html' })).received).toMatch(/text\/html[\s\S]*<!doctype html>/)
    expect(bodyOf(await strike({ kind: 'empty' }))).toBe('')
    expect(bodyOf(await strike({ kind: 'null_body' }))).toBe('null')
    expect(bodyOf(await strike({ kind: 'array_body' }))).toBe('[]')
  })

  it('huge sends more than ten megabytes', async () => {
    expect(bodyOf(await strike({ kind: 'huge' })).length).toBeGreaterThan(10 * 1024 * 1024)
  })

  it('slow_drip sends a byte at a time', async () => {
    const exchange = await strike({ kind: 'slow_drip', delayMs: 1 })
    expect(json(exchange)).toHaveProperty('refresh_token')
    expect(exchange.milliseconds).toBeGreaterThan(bodyOf(exchange).length)
  })

  it('delay_answer rotates at once and answers later', async () => {
    const pending = strike({ kind: 'delay_answer', delayMs: 150 })
    await expect.poll(classNow).toBe('previous_in_grace')
    expect(lastEntry()?.delivered).toBeNull()
    const exchange = await pending
    expect(exchange.milliseconds).toBeGreaterThan(145)
    expect(json(exchange)).toHaveProperty('access_token')
  })

  it('leaves the presented refresh token valid when it hides the new one, unless told to rotate', async () => {
    const hidden = await strike({ kind: 'missing_field', field: 'refresh_token' })
    expect(json(hidden)).not.toHaveProperty('refresh_token')
    expect(lastEntry()).toMatchObject({ outcome: 'kept' })
    for (const value of [null, '', { from: 'presented_refresh_token' }]) {
      const replaced = await strike({ kind: 'replace_field', field: 'refresh_token', value })
      expect(json(replaced).refresh_token).toBe(typeof value === 'object' && value ? refreshToken : value)
      expect(classNow()).toBe('current')
    }
    await strike({ kind: 'missing_field', field: 'refresh_token', rotate: true })
    expect(classNow()).toBe('previous_in_grace')
  })

  it.each([0, -5, 'soon', 1e12, null])('replace_field puts %j into expires_in and rotates', async (value) => {
    const exchange = await strike({ kind: 'replace_field', field: 'expires_in', value })
    expect(json(exchange).expires_in).toBe(value)
    expect(classNow()).toBe('previous_in_grace')
  })
})
