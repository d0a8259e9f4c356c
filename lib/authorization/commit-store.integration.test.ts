import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Setup, setUp } from './testing/authorization-setup'

// docs/security.md T09: one live connection per Airwallex account in the whole deployment.

let setup: Setup
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.sql('TRUNCATE connection, pending_authorization CASCADE')
})

const newAccount = () => setup.sandbox.control.createAccounts({ count: 1 })[0] ?? ''
const verdict = () => setup.sandbox.control.verdict()

describe('connecting an account that another workspace holds', () => {
  it("stores nothing, says nothing about the holder, and looks after the holder's connection at once", async () => {
    const [ada, grace] = [await setup.createPerson(), await setup.createPerson()]
    const account = newAccount()
    const held = (await setup.authorize(ada, account))?.connectionId ?? ''
    const refused = await setup.authorize(grace, account)
    expect(refused).toMatchObject({ outcome: 'connected_elsewhere', connectionId: null })
    expect(await setup.sql('SELECT 1 FROM connection WHERE workspace_id = $1', [grace.workspace.id])).toEqual([])
    expect(await setup.sql('SELECT 1 FROM rotation WHERE workspace_id = $1', [grace.workspace.id])).toEqual([])

    expect(verdict().rotations).toBe(1)
    expect(await setup.credential(held)).toMatchObject({ status: 'active', grantNo: 1, generation: 2 })
    const told = (await setup.audit(ada.workspace.id)).at(-1)
    expect(told).toEqual({
      action: 'connection.authorization_refused_elsewhere',
      outcome: 'refused',
      connectionId: held,
      actorUserId: null,
      detail: null,
    })
    const known = JSON.stringify(await setup.audit(grace.workspace.id))
    for (const id of [held, ada.workspace.id, ada.userId]) expect(known).not.toContain(id)
  })

  it('shows the harm to its holder where re-consent ends the old grant', async () => {
    const [ada, grace] = [await setup.createPerson(), await setup.createPerson()]
    const account = newAccount()
    const held = (await setup.authorize(ada, account))?.connectionId ?? ''
    setup.sandbox.control.setOptions({ reconsentEndsOldGrant: true })
    await setup.authorize(grace, account)
    expect(await setup.credential(held)).toMatchObject({ status: 'reauthorization_required', refreshToken: null })
  })

  it('never lets two workspaces have it, whoever is faster', async () => {
    for (let round = 0; round < 10; round++) {
      const account = newAccount()
      const people = await Promise.all(Array.from({ length: 4 }, () => setup.createPerson()))
      const outcomes = await Promise.all(
        people.map(async (person) => (await setup.authorize(person, account))?.outcome),
      )
      expect(outcomes.sort()).toEqual([
        'connected',
        'connected_elsewhere',
        'connected_elsewhere',
        'connected_elsewhere',
      ])
    }
    const live = await setup.sql(`SELECT 1 FROM credential WHERE status <> 'disconnected'`)
    expect(live).toHaveLength(10)
    expect(await setup.count('connection')).toBe(10)
  })

  it('lets the next one have it once its holder has disconnected, and then refuses the first', async () => {
    const [ada, grace] = [await setup.createPerson(), await setup.createPerson()]
    const account = newAccount()
    const held = (await setup.authorize(ada, account))?.connectionId ?? ''
    await setup.sql(
      `UPDATE credential SET status = 'disconnected', sealed_access_token = NULL, sealed_refresh_token = NULL
       WHERE connection_id = $1`,
      [held],
    )
    expect(await setup.authorize(grace, account)).toMatchObject({ outcome: 'connected' })
    const back = await setup.authorize(ada, account, { purpose: 'reauthorize', connectionId: held })
    expect(back).toMatchObject({ outcome: 'connected_elsewhere', connectionId: null })
    expect(await setup.credential(held)).toMatchObject({ status: 'disconnected', refreshToken: null, grantNo: 1 })
  })
})

describe('connecting an account twice at once in one workspace', () => {
  it('makes one connection, which both results are about', async () => {
    for (let round = 0; round < 5; round++) {
      const ada = await setup.createPerson()
      const account = newAccount()
      const results = await Promise.all([setup.authorize(ada, account), setup.authorize(ada, account)])
      expect(results.map((result) => result?.outcome).sort()).toEqual(['already_connected', 'connected'])
      expect(new Set(results.map((result) => result?.connectionId)).size).toBe(1)
    }
  })
})

describe('connecting five times at once what is connected', () => {
  it('swaps the grant five times, one after the other', async () => {
    const ada = await setup.createPerson()
    const account = newAccount()
    const connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
    const again = await Promise.all(Array.from({ length: 5 }, () => setup.authorize(ada, account)))
    expect(again.every((result) => result?.outcome === 'already_connected')).toBe(true)
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'active', grantNo: 6, generation: 6 })
    const lineage = await setup.sql('SELECT generation FROM rotation WHERE connection_id = $1 ORDER BY 1', [
      connectionId,
    ])
    expect(lineage).toEqual([1, 2, 3, 4, 5, 6].map((generation) => ({ generation })))
  })
})

describe('reauthorizing with an account that another workspace holds', () => {
  it("drops the grant and looks after the holder's connection", async () => {
    const [ada, grace] = [await setup.createPerson(), await setup.createPerson()]
    const [mine, hers] = [newAccount(), newAccount()]
    const connectionId = (await setup.authorize(ada, mine))?.connectionId ?? ''
    const held = (await setup.authorize(grace, hers))?.connectionId ?? ''
    const wrong = await setup.authorize(ada, hers, { purpose: 'reauthorize', connectionId })
    expect(wrong).toMatchObject({ outcome: 'different_account', connectionId })
    expect(await setup.credential(held)).toMatchObject({ status: 'active', generation: 2 })
    expect((await setup.audit(grace.workspace.id)).at(-1)?.action).toBe('connection.authorization_refused_elsewhere')
  })
})
