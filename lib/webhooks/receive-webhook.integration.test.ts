import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Setup, setUp } from '@/lib/authorization/testing/authorization-setup'
import { deliveriesTo, disconnectEvent } from './testing/deliveries'

// docs/security.md T31 and T32.

let setup: Setup
let account: string
let airwallex: ReturnType<typeof deliveriesTo>
beforeAll(async () => {
  setup = await setUp()
  airwallex = deliveriesTo(setup)
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  setup.sandbox.control.setOptions({ webhooks: 'lose' })
  await setup.moveClock(0)
  await setup.sql('TRUNCATE connection, pending_authorization, webhook_event CASCADE')
  account = setup.sandbox.control.createAccounts({ count: 1 })[0] ?? ''
  await setup.authorize(await setup.createPerson(), account)
})

const event = (changes: object = {}) => disconnectEvent(account, changes)

describe('a delivery', () => {
  const json = () => JSON.stringify(event())
  it.each<[string, (body: string, timestamp: string) => [string, Record<string, string>]]>([
    [
      'with one byte changed',
      (body, timestamp) => [body.replace('evt', 'evs'), { 'x-signature': airwallex.sign(body, timestamp) }],
    ],
    [
      'with its JSON in another order',
      (body, timestamp) => [
        JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body)).reverse())),
        { 'x-signature': airwallex.sign(body, timestamp) },
      ],
    ],
    ['with a space added', (body, timestamp) => [`${body} `, { 'x-signature': airwallex.sign(body, timestamp) }]],
    ['without a signature', (body) => [body, { 'x-signature': '' }]],
    ['without a timestamp', (body) => [body, { 'x-timestamp': '' }]],
    [
      'with its signature twice',
      (body, timestamp) => [
        body,
        { 'x-signature': `${airwallex.sign(body, timestamp)}, ${airwallex.sign(body, timestamp)}` },
      ],
    ],
    ['with its timestamp twice', (body, timestamp) => [body, { 'x-timestamp': `${timestamp}, ${timestamp}` }]],
    [
      'with an upper-case signature',
      (body, timestamp) => [body, { 'x-signature': airwallex.sign(body, timestamp).toUpperCase() }],
    ],
    [
      'signed with another secret',
      (body, timestamp) => [body, { 'x-signature': airwallex.sign(body, timestamp, 'w'.repeat(40)) }],
    ],
    ['with another timestamp', (body, timestamp) => [body, { 'x-timestamp': String(Number(timestamp) + 1) }]],
    [
      'with a timestamp in seconds',
      (body, timestamp) => {
        const seconds = timestamp.slice(0, 10)
        return [body, { 'x-timestamp': seconds, 'x-signature': airwallex.sign(body, seconds) }]
      },
    ],
    [
      'with a timestamp of five days ago',
      (body) => {
        const old = String(Date.now() - 5 * 86_400_000)
        return [body, { 'x-timestamp': old, 'x-signature': airwallex.sign(body, old) }]
      },
    ],
    [
      'with half a signature',
      (body, timestamp) => [body, { 'x-signature': airwallex.sign(body, timestamp).slice(0, 32) }],
    ],
    ['with an empty body', (body, timestamp) => ['', { 'x-signature': airwallex.sign(body, timestamp) }]],
  ])('%s is refused with 401 and leaves nothing', async (_name, spoil) => {
    const sentAt = Date.now()
    const [body, headers] = spoil(json(), String(sentAt))
    expect(await airwallex.deliver(body, headers, sentAt)).toBe(401)
    await setup.settled()
    expect(await setup.count('webhook_event')).toBe(0)
  })

  it.each([
    ['that is no JSON', '{'],
    ['that is no object', '[]'],
    ['without an id', '{"name":"connection.disconnected","account_id":"a"}'],
    ['about no account', '{"id":"e","name":"connection.disconnected"}'],
    ['with a NUL in its id', '{"id":"e\\u0000","name":"x"}'],
    ['nested 10,000 deep', '['.repeat(10_000) + ']'.repeat(10_000)],
  ])('%s is refused with 400, although it is signed', async (_name, body) => {
    expect(await airwallex.deliver(body)).toBe(400)
    expect(await setup.count('webhook_event')).toBe(0)
  })

  it('over 64 KiB is refused with 413 before anything is computed', async () => {
    expect(await airwallex.deliver(event({ padding: 'x'.repeat(64 * 1_024) }))).toBe(413)
  })

  it('that no one knows is stored, without what it may hold about people, and answered with 200', async () => {
    const unknown = event({ name: 'global_account.active', data: { account_name: 'personal-data', iban: 'GB00' } })
    expect(await airwallex.handled(unknown)).toMatchObject({ outcome: 'ignored', done: true })
    expect(JSON.stringify(await setup.sql('SELECT * FROM webhook_event'))).not.toContain('personal-data')
  })
})
