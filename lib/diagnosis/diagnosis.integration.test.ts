import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { reconcile } from '@/lib/background/reconcile'
import { getAccessToken } from '@/lib/tokens/access-token'
import { type Setup, setUp } from '../authorization/testing/authorization-setup'
import { type LiveConnection, liveConnection } from '../authorization/testing/live-connection'
import { diagnoseEnded } from './diagnose-ended'
import { diagnosisStore } from './diagnosis-store'
import { getDiagnosis } from './views'

let setup: Setup
let ada: PartnerUser
let connection: LiveConnection
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  setup.sandbox.control.setOptions({ webhooks: 'lose' })
  await setup.moveClock(0)
  await setup.sql('TRUNCATE connection, webhook_event CASCADE')
  ada = await setup.createPerson()
  const { sql, environment } = setup
  const place = {
    sql,
    control: setup.sandbox.control,
    tokenKeys: environment.TOKEN_KEYS,
    workspaceId: ada.workspace.id,
  }
  connection = await liveConnection(place)
})

const signal = () => new AbortController().signal
const need = () =>
  getAccessToken({ principal: { partnerUser: ada }, connectionId: connection.connectionId, defer: setup.defer })
const view = () => getDiagnosis(ada.workspace.id, connection.connectionId)
const reason = async () => (await setup.credential(connection.connectionId))?.reason
const event = (id: string, name: string, payload: object) =>
  setup.sql(
    `INSERT INTO webhook_event (id, name, airwallex_account_ids, occurred_at, payload, handled_at)
     VALUES ($1, $2, $3, now(), $4, now())`,
    [id, name, [connection.accountId], JSON.stringify(payload)],
  )

describe('the diagnosis of an ended connection', () => {
  it('is none while it is active, nor for another workspace', async () => {
    expect(await view()).toBeNull()
    setup.sandbox.control.disconnect(connection.accountId)
    await need()
    const stranger = await setup.createPerson()
    expect(await getDiagnosis(stranger.workspace.id, connection.connectionId)).toBeNull()
    expect(await getDiagnosis(ada.workspace.id, 'nonsense')).toBeNull()
  })

  it('is there for the page before the worker has looked, and gets better as evidence comes', async () => {
    setup.sandbox.control.disconnect(connection.accountId)
    await need()
    expect(await view()).toMatchObject({ cause: 'unknown', evidence: [{ kind: 'refresh_rejected', repairs: 0 }] })
    expect(await diagnoseEnded(signal())).toBe(1)
    expect(await reason()).toBe('refresh_token_rejected')

    await reconcile(signal(), setup.defer)
    await setup.moveClock(11 * 60)
    expect(await diagnoseEnded(signal())).toBe(1)
    expect(await view()).toMatchObject({ cause: 'disconnected_at_airwallex', certainty: 'likely' })
    expect(await reason()).toBe('disconnected_at_airwallex')

    const content = { kind: 'disconnected', airwallexAccountIds: [], organizationId: null, reason: 'user_initiated' }
    await event('late', 'partner_connection.disconnected', content)
    await setup.moveClock(22 * 60)
    expect(await diagnoseEnded(signal())).toBe(1)
    expect(await view()).toMatchObject({ cause: 'disconnected_at_airwallex', certainty: 'certain' })
    const audited = (await setup.audit(ada.workspace.id)).filter(({ action }) => action === 'connection.diagnosed')
    expect(audited).toMatchObject([
      {
        outcome: 'disconnected_at_airwallex',
        detail: { certainty: 'likely', before: 'refresh_token_rejected' },
      },
    ])
  })

  it('names the role where the events name no one', async () => {
    setup.sandbox.control.setRole(connection.accountId, 'user_grace', 'Viewer')
    await need()
    const content = { kind: 'disconnected', airwallexAccountIds: [], organizationId: null, reason: null }
    await event('one', 'partner_connection.disconnected', content)
    await event('two', 'connection.disconnected', content)
    await diagnoseEnded(signal())
    expect(await reason()).toBe('role_lost')
    expect(await view()).toMatchObject({ cause: 'role_lost', certainty: 'likely' })
  })

  it('names the account that was suspended', async () => {
    setup.sandbox.control.setAccountStatus(connection.accountId, 'SUSPENDED')
    await need()
    await event('status', 'account.suspended', {
      kind: 'account_status_changed',
      airwallexAccountId: connection.accountId,
      status: { known: 'SUSPENDED' },
    })
    await diagnoseEnded(signal())
    expect(await reason()).toBe('account_suspended_or_closed')
  })

  it('names the idle refresh token that expired', async () => {
    await setup.sql(`UPDATE credential SET refresh_token_expires_at = now() - interval '1 day'`)
    setup.sandbox.control.advanceClock(91 * 86_400)
    await need()
    setup.sandbox.control.resetClock()
    await diagnoseEnded(signal())
    expect(await view()).toMatchObject({ cause: 'refresh_token_expired', certainty: 'certain' })
  })

  it('is of this end alone: a new grant has none', async () => {
    setup.sandbox.control.disconnect(connection.accountId)
    await need()
    await diagnoseEnded(signal())
    await setup.sql(
      `UPDATE credential SET status = 'active', reason = NULL, sealed_refresh_token = 'x', grant_no = grant_no + 1`,
    )
    expect(await view()).toBeNull()
    await setup.sql(
      `UPDATE credential SET status = 'reauthorization_required', reason = 'unresolved', grant_no = grant_no + 1`,
    )
    expect(await view()).toMatchObject({ cause: 'unresolved' })
    expect(await diagnoseEnded(signal())).toBe(1)
    expect(await reason()).toBe('unresolved')
  })

  it('made of an end that a reauthorization has overtaken is dropped', async () => {
    setup.sandbox.control.disconnect(connection.accountId)
    await need()
    const store = diagnosisStore()
    const key = { workspaceId: ada.workspace.id, connectionId: connection.connectionId }
    const ended = await store.ended(key)
    await setup.sql('UPDATE credential SET grant_no = grant_no + 2')
    await store.save(key, ended?.grantNo ?? 0, { cause: 'role_lost', certainty: 'likely', evidence: [] })
    expect(await setup.sql('SELECT diagnosis FROM connection')).toEqual([{ diagnosis: null }])
    expect(await reason()).toBe('refresh_token_rejected')
  })

  it('is looked at once in ten minutes, and left alone after a week', async () => {
    setup.sandbox.control.disconnect(connection.accountId)
    await need()
    expect(await diagnoseEnded(signal())).toBe(1)
    expect(await diagnoseEnded(signal())).toBe(0)
    await setup.moveClock(8 * 86_400)
    expect(await diagnoseEnded(signal())).toBe(0)
  })
})
