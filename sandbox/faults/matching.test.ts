import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox'
import { callControl, getJson, postRefresh, postToken, rawRefresh } from '../testing/client'
import { FAULT_KINDS, type FaultKind } from './fault'
import { outageFault } from './outage'

let sandbox: Sandbox
let refreshToken: string
let accessToken: string

beforeEach(async () => {
  sandbox = await startSandbox()
  const minted = sandbox.control.mintGrant({ accountId: 'acct_ThamesTyneUK0000000002' })
  refreshToken = minted.refreshToken
  accessToken = minted.accessToken
})
afterEach(() => sandbox.close())

const lastEntry = () => sandbox.control.journal().entries.at(-1)

describe('which requests a fault strikes', () => {
  it('those of its endpoint, grant type and account, as often as it was told to', async () => {
    const other = sandbox.control.mintGrant({ accountId: 'acct_WattleCreekAU000000003' })
    sandbox.control.addFault({
      kind: 'status',
      status: 500,
      times: 2,
      match: { endpoint: 'token', grantType: 'refresh_token', accountId: 'acct_ThamesTyneUK0000000002' },
    })
    expect((await postRefresh(sandbox, other.refreshToken)).status).toBe(200)
    expect((await getJson(sandbox, '/api/v1/account', accessToken)).status).toBe(200)
    expect((await postRefresh(sandbox, refreshToken)).status).toBe(500)
    expect((await postRefresh(sandbox, refreshToken)).status).toBe(500)
    expect((await postRefresh(sandbox, refreshToken)).status).toBe(200)
    expect(sandbox.control.faults()).toEqual([])
  })

  it('lets the first ones pass when told to skip them', async () => {
    sandbox.control.addFault({ kind: 'status', status: 500, skip: 1, match: { endpoint: 'account' } })
    const statuses = []
    for (let call = 0; call < 3; call += 1) {
      statuses.push((await getJson(sandbox, '/api/v1/account', accessToken)).status)
    }
    expect(statuses).toEqual([200, 500, 200])
  })

  it('every kind can be ordered by the control API', async () => {
    for (const kind of FAULT_KINDS) {
      const extra: Partial<Record<FaultKind, object>> = {
        delay_before: { delayMs: 1 },
        delay_answer: { delayMs: 1 },
        status: { status: 500 },
        status_after: { status: 500 },
        missing_field: { field: 'scope' },
        replace_field: { field: 'scope', value: 1 },
      }
      const { status } = await callControl(sandbox, 'POST', '/control/faults', { kind, ...extra[kind] })
      expect({ kind, status }).toEqual({ kind, status: 200 })
    }
    expect(await callControl(sandbox, 'POST', '/control/faults', { kind: 'status' })).toMatchObject({ status: 400 })
    expect(await callControl(sandbox, 'POST', '/control/faults', { kind: 'unheard_of' })).toMatchObject({ status: 400 })
    await callControl(sandbox, 'DELETE', '/control/faults')
    expect(sandbox.control.faults()).toEqual([])
  })
})

describe('an outage', () => {
  it('of the token endpoint fails token requests only, until it ends', async () => {
    await callControl(sandbox, 'POST', '/control/outage', { on: true })
    expect((await postRefresh(sandbox, refreshToken)).status).toBe(503)
    expect((await postToken(sandbox, { grant_type: 'refresh_token' })).status).toBe(503)
    expect((await getJson(sandbox, '/api/v1/account', accessToken)).status).toBe(200)
    expect(lastEntry()).toMatchObject({ fault: null })
    await callControl(sandbox, 'POST', '/control/outage', { on: false })
    expect((await postRefresh(sandbox, refreshToken)).status).toBe(200)
  })

  it('of so many seconds ends by itself, and is then no outage any more', async () => {
    const outage = sandbox.control.setOutage({ on: true, seconds: 30 })
    const facts = { endpoint: 'token', grantType: 'refresh_token', accountId: null } as const
    const endsAt = outage.endsAtMs ?? 0
    expect(outageFault(outage, facts, endsAt - 1)).toMatchObject({ kind: 'status', status: 503 })
    expect(outageFault(outage, facts, endsAt)).toBeNull()
    expect((await postRefresh(sandbox, refreshToken)).status).toBe(503)
    sandbox.control.setOutage({ on: true, seconds: 0.001 })
    await expect.poll(() => sandbox.control.outage().on).toBe(false)
    expect((await postRefresh(sandbox, refreshToken)).status).toBe(200)
  })

  it('of everything can drop connections, and spares the controls', async () => {
    sandbox.control.setOutage({ on: true, scope: 'everything', mode: 'drop' })
    await expect(getJson(sandbox, '/api/v1/account', accessToken)).rejects.toThrow()
    expect(await rawRefresh(sandbox, refreshToken)).toMatchObject({ received: '', ending: 'closed' })
    expect((await callControl(sandbox, 'GET', '/control/verdict')).status).toBe(200)
  })
})
