import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MAX_OPEN_ATTEMPTS } from './pending-store'
import { type Setup, setUp } from './testing/authorization-setup'

let setup: Setup
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.moveClock(0)
})

const newAccount = () => setup.sandbox.control.createAccounts({ count: 1 })[0] ?? ''

describe('beginning an authorization', () => {
  it('asks to open an Airwallex account where there is none yet', async () => {
    const begun = await setup.begin(await setup.createPerson(), { signUp: true })
    expect(new URL(begun.authorizationUrl).searchParams.get('sign_up')).toBe('true')
  })

  it('begins ten attempts at most, and more once they have ended', async () => {
    const ada = await setup.createPerson()
    const attempts = await Promise.allSettled(Array.from({ length: MAX_OPEN_ATTEMPTS + 5 }, () => setup.begin(ada)))
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(MAX_OPEN_ATTEMPTS)
    await setup.moveClock(601)
    await expect(setup.begin(ada)).resolves.toMatchObject({ kind: 'begun' })
  })

  it('lets operators connect and viewers not', async () => {
    const viewer = await setup.createPerson({ role: 'viewer' })
    await expect(setup.begin(viewer)).rejects.toThrow('not_allowed')
    const operator = await setup.createPerson({ role: 'operator' })
    expect(await setup.authorize(operator, newAccount())).toMatchObject({ outcome: 'connected' })
  })

  it("answers for another workspace's connection as for an absent one", async () => {
    const ada = await setup.createPerson()
    const connectionId = (await setup.authorize(ada, newAccount()))?.connectionId ?? ''
    const mallory = await setup.createPerson()
    await expect(setup.begin(mallory, { purpose: 'reauthorize', connectionId })).rejects.toThrow('not_found')
    const absent = '0199c1d0-0000-7000-8000-00000000dead'
    await expect(setup.begin(mallory, { purpose: 'reauthorize', connectionId: absent })).rejects.toThrow('not_found')
    await expect(setup.begin(mallory, { purpose: 'reauthorize', connectionId: 'x' })).rejects.toThrow('not_found')
  })

  it('adds registered permissions to the granted ones', async () => {
    const ada = await setup.createPerson()
    const account = newAccount()
    const connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
    await setup.sql(`UPDATE connection SET granted_scopes = '{r:awx_action:balances_view}' WHERE id = $1`, [
      connectionId,
    ])
    const add = (scopes: string[]) => setup.begin(ada, { purpose: 'add_permissions', connectionId, scopes })
    await expect(add(['transfer:read'])).rejects.toThrow('scopes_not_registered')
    await expect(add(['balance:read'])).rejects.toThrow('nothing_to_add')
    const begun = await add(['account_details:read'])
    expect(new URL(begun.authorizationUrl).searchParams.get('scope')).toBe('account_details:read balance:read')
    await setup.callback(ada, begun, await setup.consent(begun, account))
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: 'reauthorized', connectionId })
  })
})
