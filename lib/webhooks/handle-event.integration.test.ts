import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { type Setup, setUp } from '@/lib/authorization/testing/authorization-setup'
import { disconnectConnection } from '@/lib/connections/disconnect'
import { getAccessToken } from '@/lib/tokens/access-token'
import { eventDeps, handleWaitingEvents } from './handle-event'
import { HANDLER_PATIENCE_SECONDS } from './inbox-store'
import { deliveriesTo, disconnectEvent } from './testing/deliveries'

// docs/security.md T31, docs/rotation.md F25 and F32.

let setup: Setup
let ada: PartnerUser
let account: string
let connectionId: string
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
  ada = await setup.createPerson()
  account = setup.sandbox.control.createAccounts({ count: 1 })[0] ?? ''
  connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
})

const event = (changes: object = {}) => disconnectEvent(account, changes)
const status = async () => (await setup.credential(connectionId))?.status
const notices = async () =>
  (await setup.audit(ada.workspace.id)).filter(({ action }) => action === 'connection.ended_at_airwallex').length
const noted = async () => {
  const [row] = await setup.sql<{ noted: boolean }>(
    'SELECT disconnect_event_at IS NOT NULL AS noted FROM credential WHERE connection_id = $1',
    [connectionId],
  )
  return row?.noted
}

describe('a disconnect event', () => {
  it.each([
    ['connection.disconnected', () => event()],
    [
      'partner_connection.disconnected',
      () =>
        event({
          name: 'partner_connection.disconnected',
          account_id: undefined,
          app_id: 'x',
          data: { account_ids: [account], reason: 'user_initiated' },
        }),
    ],
    ['connection.disconnected in camel case', () => event({ account_id: undefined, accountId: account, data: {} })],
  ])('(%s) ends the connection once an API read is refused', async (_name, make) => {
    setup.sandbox.control.disconnect(account)
    expect(await airwallex.handled(make())).toMatchObject({ outcome: 'ended', done: true })
    expect(await setup.credential(connectionId)).toMatchObject({
      status: 'reauthorization_required',
      reason: 'disconnected_at_airwallex',
      refreshToken: null,
    })
    expect(await notices()).toBe(1)
    expect(setup.sandbox.control.verdict().rotations).toBe(0)
  })

  it('says suspended or closed where Airwallex has said so', async () => {
    setup.sandbox.control.setAccountStatus(account, 'SUSPENDED')
    await airwallex.handled(event({ name: 'account.suspended', data: { id: account, status: 'SUSPENDED' } }))
    await airwallex.handled(event())
    expect(await setup.credential(connectionId)).toMatchObject({
      status: 'reauthorization_required',
      reason: 'account_suspended_or_closed',
    })
  })

  it('has one effect, delivered a hundred times at once and both events together', async () => {
    setup.sandbox.control.disconnect(account)
    const one = event()
    const other = event({ name: 'partner_connection.disconnected', data: { account_ids: [account] } })
    const deliveries = Array.from({ length: 100 }, (_, index) => airwallex.deliver(index % 2 ? one : other))
    expect(new Set(await Promise.all(deliveries))).toEqual(new Set([200]))
    await setup.settled()
    expect(await setup.count('webhook_event')).toBe(2)
    expect(await notices()).toBe(1)
    expect((await setup.credential(connectionId))?.grantNo).toBe(2)
  })

  it('does not end a connection that still answers, and is forgotten again', async () => {
    expect(await airwallex.handled(event())).toMatchObject({ outcome: 'still_connected', done: true })
    expect(await status()).toBe('active')
    expect(await noted()).toBe(false)
  })

  it('does not end one that may not read its account: its token was accepted', async () => {
    setup.sandbox.control.addFault({ match: { endpoint: 'account' }, kind: 'status', status: 403 })
    setup.sandbox.control.addFault({ match: { endpoint: 'balances' }, kind: 'status', status: 403 })
    expect(await airwallex.handled(event())).toMatchObject({ outcome: 'unconfirmed', done: true })
    expect(await status()).toBe('active')
    expect(await noted()).toBe(true)
  })

  it('from before the authorization is ignored, even three days late and when the token is refused', async () => {
    const before = new Date(Date.now() - 3 * 86_400_000).toISOString()
    setup.sandbox.control.addFault({ match: { endpoint: 'account' }, kind: 'status', status: 401, times: 9 })
    expect(await airwallex.handled(event({ created_at: before }))).toMatchObject({
      outcome: 'nothing_to_end',
      done: true,
    })
    expect(await status()).toBe('active')
    expect(await noted()).toBe(false)
  })

  it('of an earlier grant does not end the one authorized since, in whatever order they come', async () => {
    setup.sandbox.control.disconnect(account)
    const [late, later] = [
      event(),
      event({ name: 'partner_connection.disconnected', data: { account_ids: [account] } }),
    ]
    await setup.authorize(ada, account, { purpose: 'reauthorize', connectionId })
    await airwallex.handled(later)
    await airwallex.handled(late)
    await airwallex.handled(later)
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'active', grantNo: 2 })
    expect(await notices()).toBe(0)
  })

  it('explains what a refresh found out before it', async () => {
    setup.sandbox.control.disconnect(account)
    const principal = { partnerUser: ada }
    await getAccessToken({ principal, connectionId, refusedGeneration: 1, defer: setup.defer })
    expect(await setup.credential(connectionId)).toMatchObject({ reason: 'refresh_token_rejected' })
    expect(await airwallex.handled(event())).toMatchObject({ outcome: 'explained', done: true })
    expect(await setup.credential(connectionId)).toMatchObject({ reason: 'disconnected_at_airwallex' })
    expect(await notices()).toBe(0)
  })

  it('confirms what was disconnected here', async () => {
    await disconnectConnection({ partnerUser: ada, connectionId })
    expect(await airwallex.handled(event())).toMatchObject({ outcome: 'disconnect_confirmed', done: true })
    expect(await noted()).toBe(true)
    expect(await status()).toBe('disconnected')
  })

  it('about an account that no one connected here changes nothing', async () => {
    const other = event({ account_id: 'acct_other', data: { account_id: 'acct_other' } })
    expect(await airwallex.handled(other)).toMatchObject({ outcome: 'nothing_to_end', done: true })
    expect(await status()).toBe('active')
  })
})

describe('an event that could not be handled', () => {
  it('waits until Airwallex can be asked, and is finished beside a later delivery', async () => {
    setup.sandbox.control.disconnect(account)
    setup.sandbox.control.addFault({ match: { endpoint: 'account' }, kind: 'status', status: 418 })
    expect(await airwallex.handled(event())).toMatchObject({ outcome: null, done: false })
    expect(await status()).toBe('active')
    await setup.moveClock(HANDLER_PATIENCE_SECONDS - 1)
    await airwallex.handled(event({ name: 'unknown' }))
    expect(await status()).toBe('active')
    await setup.moveClock(HANDLER_PATIENCE_SECONDS)
    await airwallex.handled(event({ name: 'unknown' }))
    expect(await status()).toBe('reauthorization_required')
  })

  it('by a handler that was killed is taken over by its redelivery, once', async () => {
    setup.sandbox.control.disconnect(account)
    const lost = event()
    await setup.sql(
      `INSERT INTO webhook_event (id, name, airwallex_account_ids, occurred_at, received_at, payload)
       VALUES ($1, $2, $3, now(), now() - interval '61 seconds', $4)`,
      [
        lost.id,
        lost.name,
        [account],
        JSON.stringify({ kind: 'disconnected', airwallexAccountIds: [account], organizationId: null, reason: null }),
      ],
    )
    const deliveries = await Promise.all([airwallex.deliver(lost), airwallex.deliver(lost), airwallex.deliver(lost)])
    expect(deliveries).toEqual([200, 200, 200])
    await setup.settled()
    expect(await status()).toBe('reauthorization_required')
    expect(await notices()).toBe(1)
  })

  it('is not handled again once it was, however late it is delivered again', async () => {
    const once = event()
    expect(await airwallex.handled(once)).toMatchObject({ outcome: 'still_connected' })
    setup.sandbox.control.disconnect(account)
    await setup.moveClock(3_600)
    expect(await airwallex.handled(once)).toMatchObject({ status: 200, outcome: 'still_connected' })
    expect(await status()).toBe('active')
  })

  it('is found by whoever looks for what waits', async () => {
    setup.sandbox.control.disconnect(account)
    setup.sandbox.control.addFault({ match: { endpoint: 'account' }, kind: 'status', status: 418 })
    await airwallex.handled(event())
    await setup.moveClock(HANDLER_PATIENCE_SECONDS)
    expect(await handleWaitingEvents(10, eventDeps(setup.defer))).toBe(1)
    expect(await handleWaitingEvents(10, eventDeps(setup.defer))).toBe(0)
    expect(await status()).toBe('reauthorization_required')
  })
})
