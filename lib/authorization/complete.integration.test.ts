import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ACCOUNT, type Setup, setUp } from './testing/authorization-setup'

let setup: Setup
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.moveClock(0)
})

const tokenRequests = () => setup.sandbox.control.verdict().tokenRequests
const newAccount = () => setup.sandbox.control.createAccounts({ count: 1 })[0] ?? ''

describe('connecting an account', () => {
  it('stores one connection with its grant, its lineage and its outcome', async () => {
    const ada = await setup.createPerson()
    const begun = await setup.begin(ada)
    expect(Object.fromEntries(new URL(begun.authorizationUrl).searchParams)).toEqual({
      response_type: 'code',
      client_id: setup.sandbox.config.clientId,
      redirect_uri: 'http://localhost:3000/api/airwallex/callback',
      scope: 'account_details:read balance:read',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(begun.cookie).toEqual({
      name: `pd.3000.oauth.${begun.pendingAuthorizationId}`,
      value: expect.stringMatching(/^[\w-]{43}$/),
      attributes: { httpOnly: true, secure: false, sameSite: 'lax', path: '/', maxAge: 600 },
    })

    const result = await setup.callback(ada, begun, await setup.consent(begun))
    expect(result).toEqual({
      kind: 'stored',
      pendingAuthorizationId: begun.pendingAuthorizationId,
      spentCookie: begun.cookie.name,
    })
    await setup.settled()
    const outcome = await setup.outcomeOf(begun)
    expect(outcome).toMatchObject({ outcome: 'connected', consumed: true })
    const connectionId = outcome?.connectionId ?? ''
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'active', grantNo: 1, generation: 1 })
    const [connection] = await setup.sql(
      `SELECT workspace_id, environment, airwallex_account_id, granted_scopes, connected_by_id FROM connection WHERE id = $1`,
      [connectionId],
    )
    expect(connection).toEqual({
      workspace_id: ada.workspace.id,
      environment: 'local',
      airwallex_account_id: ACCOUNT,
      granted_scopes: ['account_details:read', 'balance:read'],
      connected_by_id: ada.userId,
    })
    const lineage = await setup.sql('SELECT cause, outcome, generation FROM rotation WHERE connection_id = $1', [
      connectionId,
    ])
    expect(lineage).toEqual([{ cause: 'authorization', outcome: 'authorized', generation: 1 }])
    const fetched = await setup.sql('SELECT kind, failure, data IS NOT NULL AS data FROM snapshot ORDER BY kind')
    expect(fetched).toEqual([
      { kind: 'account_details', failure: null, data: true },
      { kind: 'balances', failure: null, data: true },
    ])
    expect((await setup.audit(ada.workspace.id)).map(({ action, outcome }) => [action, outcome])).toEqual([
      ['authorization.begun', 'connect'],
      ['authorization.completed', 'connected'],
      ['connection.connected', 'connected'],
    ])
  })

  it('stores what was denied, and nothing else', async () => {
    const ada = await setup.createPerson()
    const begun = await setup.begin(ada)
    await setup.callback(ada, begun, await setup.consent(begun, ACCOUNT, true))
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: 'denied_by_user', connectionId: null })
    expect(tokenRequests()).toBe(0)
  })

  it('F28: exchanges once when fifty callbacks with one state arrive together, and shows all of them its outcome', async () => {
    const ada = await setup.createPerson()
    const begun = await setup.begin(ada)
    const parameters = await setup.consent(begun, newAccount())
    const results = await Promise.all(Array.from({ length: 50 }, () => setup.callback(ada, begun, parameters)))
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1)
    expect(results[0]).toMatchObject({ kind: 'stored', pendingAuthorizationId: begun.pendingAuthorizationId })
    await setup.settled()
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: 'connected' })
    expect(tokenRequests()).toBe(1)
    const connections = await setup.sql('SELECT 1 FROM connection WHERE workspace_id = $1', [ada.workspace.id])
    expect(connections).toHaveLength(1)
  })

  it('shows a repeated callback the stored outcome, also without its cookie, and exchanges nothing', async () => {
    const ada = await setup.createPerson()
    const begun = await setup.begin(ada)
    const parameters = await setup.consent(begun, newAccount())
    const first = await setup.callback(ada, begun, parameters)
    expect(await setup.callback(ada, begun, parameters, new Map())).toEqual(first)
    await setup.settled()
    expect(tokenRequests()).toBe(1)
  })

  it('ends a callback in words when no one can be asked who is signed in, and leaves its state for another try', async () => {
    const ada = await setup.createPerson()
    const begun = await setup.begin(ada)
    const parameters = await setup.consent(begun, newAccount())
    const away = await setup.callback(new Error('the database is away'), begun, parameters)
    expect(away).toEqual({ kind: 'unattributed', outcome: 'exchange_failed', spentCookie: null })
    expect(tokenRequests()).toBe(0)
    expect(await setup.callback(ada, begun, parameters)).toMatchObject({ kind: 'stored' })
    await setup.settled()
    expect(tokenRequests()).toBe(1)
  })

  it('takes a callback at 9 minutes 59 seconds, and refuses one at 10 minutes 1 second', async () => {
    const ada = await setup.createPerson()
    const [intime, late] = [await setup.begin(ada), await setup.begin(ada)]
    const account = newAccount()
    const parameters = [await setup.consent(intime, account), await setup.consent(late, account)] as const
    await setup.moveClock(599)
    await setup.callback(ada, intime, parameters[0])
    await setup.settled()
    expect(await setup.outcomeOf(intime)).toMatchObject({ outcome: 'connected' })
    await setup.moveClock(601)
    await setup.callback(ada, late, parameters[1], new Map())
    expect(await setup.outcomeOf(late)).toMatchObject({ outcome: 'expired', connectionId: null })
    expect(tokenRequests()).toBe(1)
  })

  it('connects again what is connected: the same id, a new grant, the old one dropped', async () => {
    const ada = await setup.createPerson()
    const account = newAccount()
    const first = await setup.authorize(ada, account)
    const second = await setup.authorize(ada, account)
    expect(second).toMatchObject({ outcome: 'already_connected', connectionId: first?.connectionId })
    expect(await setup.credential(first?.connectionId ?? '')).toMatchObject({ grantNo: 2, generation: 2 })
  })

  it('keeps the connection when the answer names no account, by reading the account first', async () => {
    const account = newAccount()
    const missing = { match: { endpoint: 'token' }, kind: 'missing_field', field: 'account_id' } as const
    setup.sandbox.control.addFault(missing)
    const ada = await setup.createPerson()
    const done = await setup.authorize(ada, account)
    expect(done).toMatchObject({ outcome: 'connected' })
    const [row] = await setup.sql('SELECT airwallex_account_id AS id FROM connection WHERE id = $1', [
      done?.connectionId,
    ])
    expect(row).toEqual({ id: account })

    setup.sandbox.control.addFault(missing)
    setup.sandbox.control.addFault({ match: { endpoint: 'account' }, kind: 'status', status: 403 })
    expect(await setup.authorize(ada, newAccount())).toMatchObject({ outcome: 'exchange_failed', connectionId: null })
  })

  it('asks the role again at the callback, in the workspace that began it', async () => {
    const ada = await setup.createPerson()
    const begun = await setup.begin(ada)
    const parameters = await setup.consent(begun, newAccount())
    await setup.sql(`UPDATE membership SET role = 'viewer' WHERE user_id = $1`, [ada.userId])
    const elsewhere = { ...ada, workspace: { id: await setup.createWorkspace(), name: 'Elsewhere' } }
    await setup.callback(elsewhere, begun, parameters)
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: 'not_allowed' })
    expect(tokenRequests()).toBe(0)
  })
})

describe('reauthorizing', () => {
  it('swaps the grant of the same account, and drops one of another', async () => {
    const ada = await setup.createPerson()
    const account = newAccount()
    const connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
    const before = await setup.credential(connectionId)

    const other = await setup.authorize(ada, newAccount(), { purpose: 'reauthorize', connectionId })
    expect(other).toMatchObject({ outcome: 'different_account', connectionId })
    expect(await setup.credential(connectionId)).toMatchObject({ ...before, leaseUntil: null })

    const same = await setup.authorize(ada, account, { purpose: 'reauthorize', connectionId })
    expect(same).toMatchObject({ outcome: 'reauthorized', connectionId })
    const after = await setup.credential(connectionId)
    expect(after).toMatchObject({ status: 'active', grantNo: 2, generation: 2, leaseUntil: null })
    expect(after?.refreshToken).not.toBe(before?.refreshToken)
    expect(await setup.sql('SELECT 1 FROM connection WHERE workspace_id = $1', [ada.workspace.id])).toHaveLength(1)
  })

  it('brings a connection back that needs it, and one that was disconnected, with its id and history', async () => {
    const ada = await setup.createPerson()
    const account = newAccount()
    const connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
    for (const [status, reason] of [
      ['reauthorization_required', 'unknown'],
      ['disconnected', null],
    ] as const) {
      await setup.sql(
        `UPDATE credential SET status = $2::"CredentialStatus", reason = $3, sealed_access_token = NULL,
           sealed_refresh_token = NULL WHERE connection_id = $1`,
        [connectionId, status, reason],
      )
      const again = await setup.authorize(ada, account, { purpose: 'reauthorize', connectionId })
      expect(again).toMatchObject({ outcome: 'reauthorized', connectionId })
      expect(await setup.credential(connectionId)).toMatchObject({ status: 'active', reason: null })
    }
    await setup.sql(
      `UPDATE credential SET status = 'disconnected', sealed_access_token = NULL, sealed_refresh_token = NULL
       WHERE connection_id = $1`,
      [connectionId],
    )
    expect(await setup.authorize(ada, account)).toMatchObject({ outcome: 'connected', connectionId })
    expect(await setup.sql('SELECT 1 FROM rotation WHERE connection_id = $1', [connectionId])).toHaveLength(4)
  })
})
