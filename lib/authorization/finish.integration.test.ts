import { fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { EXCHANGE_BOUND_SECONDS } from '@/lib/connections/exchange-bound'
import { figures } from '@/lib/rotation/figures'
import { getAccessToken } from '@/lib/tokens/access-token'
import { completeAuthorization } from './complete'
import { authorizationDeps } from './deps'
import { type Begun, type Setup, setUp } from './testing/authorization-setup'
import type { CallbackOrder } from './testing/callback-process'

// docs/rotation.md F27-F30: what a callback leaves behind when Airwallex, the database or its own process fails it.

let setup: Setup
let ada: PartnerUser
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.moveClock(0)
  await setup.sql('TRUNCATE connection, pending_authorization CASCADE')
  ada = await setup.createPerson()
})

const PATIENT = { interval: 10, timeout: 120_000 }
const EXCHANGE = { endpoint: 'token', grantType: 'authorization_code' } as const
const newAccount = () => setup.sandbox.control.createAccounts({ count: 1 })[0] ?? ''
const tokenRequests = () => setup.sandbox.control.journal().entries.filter(({ endpoint }) => endpoint === 'token')

/** With some of what production uses replaced. */
function callback(begun: Begun, parameters: URLSearchParams, changes: Partial<ReturnType<typeof authorizationDeps>>) {
  const attemptCookies = { get: (name: string) => (name === begun.cookie.name ? begun.cookie : undefined) }
  const request = { partnerUser: async () => ada, attemptCookies, parameters, defer: setup.defer }
  return completeAuthorization(request, { ...authorizationDeps(), ...changes })
}

describe('F29: an exchange without a usable answer', () => {
  it.each([
    ['drop_after', {}, 'exchange_failed'],
    ['reset_after', {}, 'exchange_failed'],
    ['truncate', {}, 'exchange_failed'],
    ['wrong_length', {}, 'exchange_failed'],
    ['malformed_json', {}, 'exchange_failed'],
    ['html', {}, 'exchange_failed'],
    ['empty', {}, 'exchange_failed'],
    ['null_body', {}, 'exchange_failed'],
    ['array_body', {}, 'exchange_failed'],
    ['huge', {}, 'exchange_failed'],
    ['redirect', {}, 'exchange_failed'],
    ['drop_before', {}, 'exchange_failed'],
    ['status_after', { status: 500 }, 'exchange_failed'],
    ['status', { status: 503 }, 'exchange_failed'],
    ['status', { status: 400, error: 'invalid_grant' }, 'exchange_failed'],
    ['status', { status: 401, error: 'invalid_client' }, 'exchange_failed'],
    ['missing_field', { field: 'refresh_token' }, 'exchange_failed'],
    ['status', { status: 429, error: 'too_many_requests' }, 'airwallex_unavailable'],
  ] as const)(
    '(%s %o) is never sent again, stores nothing, and leaves a second try free',
    async (kind, fields, outcome) => {
      const account = newAccount()
      setup.sandbox.control.addFault({ match: EXCHANGE, kind, ...fields })
      const first = await setup.authorize(ada, account)
      expect(first).toMatchObject({ outcome, connectionId: null })
      expect(tokenRequests()).toHaveLength(1)
      expect(await setup.count('connection')).toBe(0)
      expect(await setup.authorize(ada, account)).toMatchObject({ outcome: 'connected' })
      expect(tokenRequests()).toHaveLength(2)
    },
  )

  it('keeps the old grant in use when it was to be replaced', async () => {
    const account = newAccount()
    const connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
    setup.sandbox.control.addFault({ match: EXCHANGE, kind: 'drop_after' })
    const again = await setup.authorize(ada, account, { purpose: 'reauthorize', connectionId })
    expect(again).toMatchObject({ outcome: 'exchange_failed' })
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'active', grantNo: 1, leaseUntil: null })
    const token = await getAccessToken({
      principal: { partnerUser: ada },
      connectionId,
      refusedGeneration: 1,
      defer: setup.defer,
    })
    expect(token).toMatchObject({ kind: 'token', generation: 2 })
  })
})

describe('F30: a process killed between exchange and commit', () => {
  async function killedCallback(begun: Begun, parameters: URLSearchParams): Promise<void> {
    setup.sandbox.control.addFault({ match: EXCHANGE, kind: 'delay_answer', delayMs: 60_000 })
    const child = fork('lib/authorization/testing/callback-process.ts', {
      execArgv: ['--import', 'tsx', '--conditions=react-server'],
      env: { ...process.env, ...setup.environment },
    })
    await once(child, 'message')
    const before = setup.sandbox.control.grantsOf(accountOf(begun)).length
    child.send({ partnerUser: ada, cookie: begun.cookie, parameters: String(parameters) } satisfies CallbackOrder)
    await vi.waitUntil(() => setup.sandbox.control.grantsOf(accountOf(begun)).length > before, PATIENT)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const accounts = new Map<string, string>()
  const accountOf = ({ pendingAuthorizationId }: Begun) => accounts.get(pendingAuthorizationId) ?? ''
  it('leaves no orphan and no outcome, and a second try works', async () => {
    const account = newAccount()
    const begun = await setup.begin(ada)
    accounts.set(begun.pendingAuthorizationId, account)
    await killedCallback(begun, await setup.consent(begun, account))
    expect(await setup.count('connection')).toBe(0)
    expect(await setup.count('credential')).toBe(0)
    expect(await setup.outcomeOf(begun)).toEqual({ outcome: null, connectionId: null, consumed: true })
    expect(await setup.authorize(ada, account)).toMatchObject({ outcome: 'connected' })
  })

  it('lets refreshes of the old grant go on once its hold has expired', async () => {
    const account = newAccount()
    const connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
    const begun = await setup.begin(ada, { purpose: 'reauthorize', connectionId })
    accounts.set(begun.pendingAuthorizationId, account)
    await killedCallback(begun, await setup.consent(begun, account))
    setup.sandbox.control.clearFaults()
    expect(await setup.credential(connectionId)).toMatchObject({ grantNo: 1, leaseUntil: expect.any(Date) })
    await setup.moveClock(figures.holdMs / 1_000 + 1)
    const token = await getAccessToken({
      principal: { partnerUser: ada },
      connectionId,
      refusedGeneration: 1,
      defer: setup.defer,
    })
    expect(token).toMatchObject({ kind: 'token', generation: 2 })
  })
})

describe('a commit', () => {
  it('is repeated while the database refuses it', async () => {
    const begun = await setup.begin(ada)
    const parameters = await setup.consent(begun, newAccount())
    const { commits } = authorizationDeps()
    let refusals = 3
    const commit: typeof commits.commit = (...args) => {
      refusals -= 1
      return refusals >= 0 ? Promise.reject(new Error('the database is away')) : commits.commit(...args)
    }
    await callback(begun, parameters, { commits: { commit } })
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: 'connected' })
    expect(tokenRequests()).toHaveLength(1)
  })

  it('whose acknowledgement was lost is found to have worked', async () => {
    const begun = await setup.begin(ada)
    const parameters = await setup.consent(begun, newAccount())
    const { commits } = authorizationDeps()
    let tries = 0
    const commit: typeof commits.commit = async (...args) => {
      const result = await commits.commit(...args)
      tries += 1
      if (tries === 1) throw new Error('the connection broke')
      expect(result.kind).toBe('settled_before')
      return result
    }
    await callback(begun, parameters, { commits: { commit } })
    expect(tries).toBe(2)
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: 'connected' })
    expect(await setup.count('rotation')).toBe(1)
  })

  it('that comes after its user was told that it failed stores nothing', async () => {
    const begun = await setup.begin(ada)
    const parameters = await setup.consent(begun, newAccount())
    const { exchange } = authorizationDeps()
    await callback(begun, parameters, {
      async exchange(...args) {
        const answer = await exchange(...args)
        await setup.moveClock(EXCHANGE_BOUND_SECONDS + 1)
        return answer
      },
    })
    expect(await setup.count('connection')).toBe(0)
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: null, connectionId: null })
  })

  it('that fails for good leaves the result page to say so', async () => {
    const begun = await setup.begin(ada)
    const parameters = await setup.consent(begun, newAccount())
    const commit = () => Promise.reject(new Error('the database is away'))
    const result = await callback(begun, parameters, { commits: { commit }, commitPatienceMs: 300 })
    expect(result).toMatchObject({ kind: 'stored', pendingAuthorizationId: begun.pendingAuthorizationId })
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: null, consumed: true })
  })
})

describe('reauthorizing beside a refresh', () => {
  const force = (connectionId: string, generation: number) =>
    getAccessToken({ principal: { partnerUser: ada }, connectionId, refusedGeneration: generation, defer: setup.defer })

  it('sends no refresh of the old grant from the exchange to the swap', async () => {
    const account = newAccount()
    const connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
    const begun = await setup.begin(ada, { purpose: 'reauthorize', connectionId })
    const parameters = await setup.consent(begun, account)
    setup.sandbox.control.setOptions({ reconsentEndsOldGrant: true })
    setup.sandbox.control.addFault({ match: EXCHANGE, kind: 'delay_answer', delayMs: 3_000 })
    const finished = setup.callback(ada, begun, parameters)
    await vi.waitUntil(() => setup.sandbox.control.grantsOf(account).length === 2, PATIENT)
    const token = await force(connectionId, 1)
    await finished
    expect(token).toMatchObject({ kind: 'token', generation: 2 })
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: 'reauthorized' })
    const grants = tokenRequests().map(({ grantType }) => grantType)
    expect(grants).toEqual(['authorization_code', 'authorization_code'])
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'active', grantNo: 2 })
  })

  it('waits for a refresh in flight, and the new chain is unharmed', async () => {
    const account = newAccount()
    const connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
    const begun = await setup.begin(ada, { purpose: 'reauthorize', connectionId })
    const parameters = await setup.consent(begun, account)
    const refresh = { endpoint: 'token', grantType: 'refresh_token' } as const
    setup.sandbox.control.addFault({ match: refresh, kind: 'delay_answer', delayMs: 3_000 })
    const forced = force(connectionId, 1)
    await vi.waitUntil(() => setup.sandbox.control.verdict().rotations === 1, PATIENT)
    await setup.callback(ada, begun, parameters)
    await forced
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: 'reauthorized' })
    const order = tokenRequests().map(({ grantType }) => grantType)
    expect(order).toEqual(['authorization_code', 'refresh_token', 'authorization_code'])
    expect(await setup.credential(connectionId)).toMatchObject({ grantNo: 2, generation: 3 })
    await setup.moveClock(31)
    expect(await force(connectionId, 3)).toMatchObject({ kind: 'token', generation: 4 })
    expect(setup.sandbox.control.verdict()).toMatchObject({ supersededSends: 0, connectionsKilled: 0 })
  })
})
