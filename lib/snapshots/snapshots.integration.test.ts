import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { type Setup, setUp } from '../authorization/testing/authorization-setup'
import type { SnapshotKind } from './kinds'
import { refreshSnapshot } from './snapshots'

let setup: Setup
let ada: PartnerUser
let account: string
let connectionId: string
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.moveClock(0)
  await setup.sql('TRUNCATE connection, pending_authorization CASCADE')
  ada = await setup.createPerson()
  account = setup.sandbox.control.createAccounts({ count: 1, name: 'Quay Supplies' })[0] ?? ''
  connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
})

const refresh = (kind: SnapshotKind, urgent = false, partnerUser = ada) =>
  refreshSnapshot({ principal: { partnerUser }, connectionId, kind, urgent, defer: setup.defer })
const reads = (endpoint: string) =>
  setup.sandbox.control.journal().entries.filter((entry) => entry.endpoint === endpoint).length
/** As if everything had been fetched so long ago. */
const age = (seconds: number) =>
  setup.sql(
    `UPDATE snapshot SET fetched_at = now() - $1::int * interval '1 second',
    attempted_at = now() - $1::int * interval '1 second'`,
    [seconds],
  )

describe('refreshSnapshot', () => {
  it('shows what is stored while it is fresh: balances for a minute, details for ten', async () => {
    await age(50)
    expect(await refresh('balances')).toMatchObject({ kind: 'snapshot', snapshot: { failure: null } })
    await age(590)
    const details = await refresh('account_details')
    expect(details).toMatchObject({ snapshot: { data: { airwallexAccountId: account, displayName: 'Quay Supplies' } } })
    expect([reads('account'), reads('balances')]).toEqual([1, 1])

    await age(61)
    await refresh('balances')
    await age(601)
    await refresh('account_details')
    expect([reads('account'), reads('balances')]).toEqual([2, 2])
  })

  it('fetches at once where someone asks for it, and once for all who ask together', async () => {
    await age(6)
    await Promise.all(Array.from({ length: 20 }, () => refresh('balances', true)))
    expect(reads('balances')).toBe(2)
  })

  it.each([
    [{ kind: 'status', status: 403 }, 'missing_permission'],
    [{ kind: 'status', status: 404 }, 'unreadable'],
    [{ kind: 'status', status: 418 }, 'unavailable'],
    [{ kind: 'html' }, 'unreadable'],
  ] as const)('keeps what it had and says why nothing came (%o)', async (fault, failure) => {
    await age(700)
    setup.sandbox.control.addFault({ match: { endpoint: 'account' }, ...fault })
    const { snapshot } = (await refresh('account_details')) as { snapshot: { fetchedAt: Date } }
    expect(snapshot).toMatchObject({ failure, data: { displayName: 'Quay Supplies' } })
    expect(Date.now() - snapshot.fetchedAt.getTime()).toBeGreaterThan(600_000)
  })

  it('asks once more with a token refreshed for it when the first is refused', async () => {
    await age(61)
    setup.sandbox.control.addFault({ match: { endpoint: 'balances' }, kind: 'status', status: 401 })
    expect(await refresh('balances')).toMatchObject({ snapshot: { failure: null } })
    expect(setup.sandbox.control.verdict().rotations).toBe(1)
    expect(await setup.credential(connectionId)).toMatchObject({ generation: 2 })
  })

  it('does not rotate with every page view while every token is refused', async () => {
    setup.sandbox.control.addFault({ match: { endpoint: 'balances' }, kind: 'status', status: 401, times: 100 })
    for (let views = 0; views < 5; views++) {
      await age(61)
      const { snapshot } = (await refresh('balances')) as { snapshot: object }
      expect(snapshot).toMatchObject({ data: expect.anything(), failure: expect.stringMatching(/^un/) })
    }
    expect(setup.sandbox.control.verdict().rotations).toBe(1)
  })

  it('does not repeat a failing read with every page view', async () => {
    await age(61)
    setup.sandbox.control.addFault({ match: { endpoint: 'balances' }, kind: 'status', status: 403, times: 100 })
    for (let views = 0; views < 5; views++) await refresh('balances')
    expect(reads('balances')).toBe(2)
  })

  it('says what the connection needs where there is no token to be had', async () => {
    setup.sandbox.control.disconnect(account)
    await age(61)
    expect(await refresh('balances')).toMatchObject({
      snapshot: { failure: 'reauthorization_required', data: expect.anything() },
    })
  })

  it("answers for another workspace's connection as for an absent one", async () => {
    const mallory = await setup.createPerson()
    expect(await refresh('balances', true, mallory)).toEqual({ kind: 'not_found' })
    const absent = { principal: { partnerUser: ada }, connectionId: 'x', kind: 'balances', defer: setup.defer } as const
    expect(await refreshSnapshot(absent)).toEqual({ kind: 'not_found' })
  })
})
