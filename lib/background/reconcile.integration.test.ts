import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { disconnectConnection } from '@/lib/connections/disconnect'
import { type Setup, setUp } from '../authorization/testing/authorization-setup'
import { liveConnection, type Place } from '../authorization/testing/live-connection'
import { reconcile } from './reconcile'

// What a lost webhook would have told (docs/airwallex.md §3).

let setup: Setup
let ada: PartnerUser
let place: Place
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  setup.sandbox.control.setOptions({ webhooks: 'lose' })
  await setup.sql('TRUNCATE connection, webhook_event, audit_event CASCADE')
  ada = await setup.createPerson()
  const { sql, environment } = setup
  place = {
    sql,
    control: setup.sandbox.control,
    tokenKeys: environment.TOKEN_KEYS,
    workspaceId: ada.workspace.id,
  }
})

const running = () => new AbortController().signal
const run = () => reconcile(running(), setup.defer)
const connect = () => liveConnection(place, 250_000)
const reading = async (connectionId: string) =>
  (
    await setup.sql<{ status: string | null }>('SELECT airwallex_status AS status FROM connection WHERE id = $1', [
      connectionId,
    ])
  )[0]?.status
const notices = async () =>
  (await setup.audit(ada.workspace.id)).filter(({ action }) => action === 'connection.ended_at_airwallex').length

describe('reconcile', () => {
  it('ends a connection whose owner disconnected it and whose webhook was lost, with one notice', async () => {
    const [gone, other] = [await connect(), await connect()]
    setup.sandbox.control.disconnect(gone.accountId)
    expect(await run()).toEqual({ kind: 'read', listed: 2, ended: 1, alive: 0 })
    expect(await setup.credential(gone.connectionId)).toMatchObject({
      status: 'reauthorization_required',
      reason: 'disconnected_at_airwallex',
      refreshToken: null,
    })
    expect(await setup.credential(other.connectionId)).toMatchObject({ status: 'active', generation: 1 })
    expect(await reading(gone.connectionId)).toBe('DISCONNECTED')
    expect(await reading(other.connectionId)).toBe('CONNECTED')
    expect(await run()).toEqual({ kind: 'read', listed: 2, ended: 0, alive: 0 })
    expect(await notices()).toBe(1)
  })

  it('leaves connections alone that Airwallex calls connected, without a token request', async () => {
    const { connectionId } = await connect()
    expect(await run()).toEqual({ kind: 'read', listed: 1, ended: 0, alive: 0 })
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'active', generation: 1 })
    expect(setup.sandbox.control.verdict().tokenRequests).toBe(0)
  })

  it('leaves a connection alive that still answers, whatever the list says', async () => {
    const { connectionId } = await connect()
    const items = await listed()
    setup.sandbox.control.addFault({
      match: { endpoint: 'connections' },
      kind: 'replace_field',
      field: 'items',
      value: items.map((item) => ({ ...item, status: 'DISCONNECTED' })),
    })
    expect(await run()).toEqual({ kind: 'read', listed: 1, ended: 0, alive: 1 })
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'active' })
    expect(await notices()).toBe(0)
    const [row] = await setup.sql('SELECT disconnect_event_at FROM credential')
    expect(row?.disconnect_event_at).toBeNull()
  })

  it('reads every page, in either spelling', async () => {
    setup.sandbox.control.setOptions({ partnerCasing: 'camel' })
    const last = await Promise.all(Array.from({ length: 5 }, connect))
    const ids = setup.sandbox.control.createAccounts({ count: 120 })
    for (const accountId of ids) setup.sandbox.control.mintGrant({ accountId })
    const late = await connect()
    setup.sandbox.control.disconnect(late.accountId)
    expect(await run()).toEqual({ kind: 'read', listed: 126, ended: 1, alive: 0 })
    expect(last).toHaveLength(5)
    expect(await setup.credential(late.connectionId)).toMatchObject({ status: 'reauthorization_required' })
  })

  it('confirms what was disconnected here', async () => {
    const { connectionId, accountId } = await connect()
    await disconnectConnection({ partnerUser: ada, connectionId })
    setup.sandbox.control.disconnect(accountId)
    await run()
    const [row] = await setup.sql('SELECT disconnect_event_at IS NOT NULL AS confirmed FROM credential')
    expect(row?.confirmed).toBe(true)
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'disconnected' })
  })

  it('asks for no token of a quarantined connection', async () => {
    const { connectionId, accountId } = await connect()
    await setup.sql('UPDATE credential SET quarantined_at = now()')
    setup.sandbox.control.disconnect(accountId)
    expect(await run()).toMatchObject({ ended: 0 })
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'active' })
    expect(setup.sandbox.control.journal().entries.filter(({ endpoint }) => endpoint === 'account')).toEqual([])
  })

  it.each([
    ['partner_login', 'unauthorized', 401],
    ['connections', 'unavailable', 418],
  ] as const)('changes nothing when Airwallex cannot be asked (%s)', async (endpoint, why, status) => {
    const { connectionId, accountId } = await connect()
    setup.sandbox.control.disconnect(accountId)
    setup.sandbox.control.addFault({ match: { endpoint }, kind: 'status', status, times: 9 })
    expect(await run()).toEqual({ kind: 'unavailable', why })
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'active' })
  })

  async function listed(): Promise<object[]> {
    return setup.sandbox.control.accounts().length === 0
      ? []
      : (await setup.sql<{ id: string }>('SELECT airwallex_account_id AS id FROM connection')).map(({ id }) => {
          return { ...setup.sandbox.control.connection(id), account_id: id }
        })
  }
})
