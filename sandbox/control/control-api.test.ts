import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox'
import { fingerprint } from '../state/token-strings'
import { callControl, postRefresh, postToken } from '../testing/client'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox({ journalLimit: 5 })
})
afterEach(() => sandbox.close())

const call = (method: string, path: string, body?: unknown) => callControl(sandbox, method, path, body)

describe('the journal', () => {
  it('tells what was presented and issued by fingerprint, and never holds a token or a code', async () => {
    const { refreshToken } = sandbox.control.mintGrant({ accountId: 'acct_WattleCreekAU000000003' })
    const { body } = await postRefresh(sandbox, refreshToken)
    await postToken(sandbox, { grant_type: 'authorization_code', code: 'code_sbxtok_unknown', redirect_uri: 'x' })
    await fetch(`${sandbox.origin}/oauth/authorize?state=sbxtok-state`)
    const journal = (await call('GET', '/control/journal')).body
    expect(JSON.stringify(journal)).not.toContain('sbxtok')
    expect((journal.entries as unknown[])[0]).toMatchObject({
      seq: 1,
      endpoint: 'token',
      method: 'POST',
      path: '/oauth/token',
      grantType: 'refresh_token',
      accountId: 'acct_WattleCreekAU000000003',
      refreshTokenClass: 'current',
      outcome: 'rotated',
      presentedToken: fingerprint(refreshToken),
      issuedRefreshToken: fingerprint(String(body.refresh_token)),
      issuedAccessToken: fingerprint(String(body.access_token)),
      fault: null,
      processed: true,
      status: 200,
      delivered: true,
      overlaps: 0,
    })
  })

  it('keeps the newest entries, pages by number and says when some are gone', async () => {
    for (let request = 0; request < 8; request += 1) await postToken(sandbox, { grant_type: 'refresh_token' })
    const seqs = async (query: string) => {
      const { body } = await call('GET', `/control/journal${query}`)
      return { seqs: (body.entries as { seq: number }[]).map(({ seq }) => seq), truncated: body.truncated }
    }
    expect(await seqs('')).toEqual({ seqs: [4, 5, 6, 7, 8], truncated: true })
    expect(await seqs('?after=5')).toEqual({ seqs: [6, 7, 8], truncated: false })
    expect(await seqs('?after=3&count=2')).toEqual({ seqs: [4, 5], truncated: false })
    expect(sandbox.control.verdict().tokenRequests).toBe(8)
  })
})

describe('the verdict', () => {
  it('counts a superseded send, even one that is never processed', async () => {
    const { refreshToken } = sandbox.control.mintGrant({ accountId: 'acct_WattleCreekAU000000003' })
    const { body } = await postRefresh(sandbox, refreshToken)
    await postRefresh(sandbox, body.refresh_token)
    sandbox.control.addFault({ kind: 'status', status: 503, match: { endpoint: 'token' } })
    await postRefresh(sandbox, refreshToken)
    expect((await call('GET', '/control/verdict')).body).toEqual({
      tokenRequests: 3,
      refreshRequests: 3,
      rotations: 2,
      exchanges: 0,
      duplicateCodeUses: 0,
      supersededSends: 1,
      lateSends: 0,
      concurrentRefreshes: 0,
      answered429: 0,
      connectionsKilled: 0,
      grantsEnded: {},
    })
  })
})

describe('the control API', () => {
  it('moves the clock, changes options and starts over', async () => {
    const before = Number((await call('GET', '/control/clock')).body.now)
    const moved = Number((await call('POST', '/control/clock', { advanceSeconds: 3600 })).body.now)
    expect(moved - before).toBeGreaterThanOrEqual(3_600_000)
    expect((await call('PATCH', '/control/options', { dialect: 'linear', graceSeconds: 15 })).body).toMatchObject({
      dialect: 'linear',
      graceSeconds: 15,
      concurrent429: true,
    })
    expect((await call('PATCH', '/control/options', { dialect: 'other' })).status).toBe(400)
    expect((await call('PATCH', '/control/options', { unheardOf: 1 })).status).toBe(400)
    const { refreshToken } = sandbox.control.mintGrant({ accountId: 'acct_WattleCreekAU000000003' })
    await call('POST', '/control/reset')
    expect(Number((await call('GET', '/control/clock')).body.now)).toBeLessThan(moved)
    expect((await call('GET', '/control/options')).body).toMatchObject({ dialect: 'tree', graceSeconds: 60 })
    expect(sandbox.control.inspectToken(refreshToken).class).toBe('unknown')
  })

  it('makes accounts and grants by the hundred', async () => {
    const { body } = await call('POST', '/control/accounts', { count: 100 })
    const accountIds = body.accountIds as string[]
    expect(new Set(accountIds).size).toBe(100)
    const grants = await call(
      'POST',
      '/control/grants',
      accountIds.map((accountId) => ({ accountId })),
    )
    const [first] = grants.body as unknown as { refreshToken: string; accountId: string }[]
    expect((await postRefresh(sandbox, first?.refreshToken)).body.account_id).toBe(accountIds[0])
    expect((await call('POST', '/control/grants', { accountId: 'acct_none' })).status).toBe(404)
    expect((await call('GET', `/control/accounts/${accountIds[0]}`)).body).toMatchObject({
      connection: { status: 'CONNECTED' },
      grants: [{ userId: 'user_grace', rotations: 1, endedBy: null }],
    })
    await call('POST', `/control/accounts/${accountIds[0]}/disconnect`)
    expect((await call('GET', `/control/accounts/${accountIds[0]}`)).body).toMatchObject({
      connection: { status: 'DISCONNECTED' },
      grants: [{ endedBy: 'disconnected_by_owner' }],
    })
  })

  it('answers neither pages from elsewhere nor other names of this machine', async () => {
    const foreign = await fetch(`${sandbox.origin}/control/reset`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    })
    expect(foreign.status).toBe(403)
    expect((await call('GET', '/control/nothing')).status).toBe(404)
    expect((await call('PUT', '/control/clock')).status).toBe(405)
    const broken = await fetch(`${sandbox.origin}/control/faults`, { method: 'POST', body: '{' })
    expect(broken.status).toBe(400)
  })
})

describe('the pages of the sandbox', () => {
  const post = (path: string, fields: Record<string, string>) =>
    fetch(sandbox.origin + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

  it('the control page orders faults, an outage and a later hour', async () => {
    await post('/control/action', { action: 'drop_answer' })
    expect(sandbox.control.faults()).toMatchObject([{ kind: 'drop_after', match: { grantType: 'refresh_token' } }])
    await post('/control/action', { action: 'outage_token' })
    expect(sandbox.control.outage()).toMatchObject({ on: true, scope: 'token' })
    await post('/control/action', { action: 'clock_five' })
    const page = await (await fetch(`${sandbox.origin}/control`)).text()
    expect(page).toContain('drop_after × 1')
    expect(page).toContain('(+300 s)')
  })

  it('the control page strikes several refreshes in a row, and begins an outage that ends by itself', async () => {
    await post('/control/action', { action: 'kill_after_send', times: '5' })
    await post('/control/action', { action: 'drop_answer', times: '1000000' })
    expect(sandbox.control.faults()).toMatchObject([
      { kind: 'reset_after', remaining: 5 },
      { kind: 'drop_after', remaining: 1 },
    ])
    await post('/control/action', { action: 'outage_30' })
    expect(sandbox.control.outage()).toMatchObject({ on: true, scope: 'token', endsAtMs: expect.any(Number) })
    const page = await (await fetch(`${sandbox.origin}/control`)).text()
    expect(page).toContain('s more')
    expect(page).toContain(`href="${sandbox.config.appOrigin}/connections"`)
  })

  it('the owner’s page disconnects, changes a role and suspends', async () => {
    const account = 'acct_ThamesTyneUK0000000002'
    const ended = () => sandbox.control.grantsOf(account).map(({ endedBy }) => endedBy)
    sandbox.control.mintGrant({ accountId: account })
    await post('/owner/action', { account, action: 'disconnect' })
    sandbox.control.mintGrant({ accountId: account })
    await post('/owner/action', { account, action: 'role', user: 'user_grace', role: 'Viewer' })
    sandbox.control.mintGrant({ accountId: account })
    await post('/owner/action', { account, action: 'suspend' })
    expect(ended()).toEqual(['disconnected_by_owner', 'consenting_user_lost_role', 'account_suspended'])
    await post('/owner/action', { account, action: 'reactivate' })
    const page = await (await fetch(`${sandbox.origin}/owner`)).text()
    expect(page).toContain('Not connected (ended: account suspended)')
    expect(page).not.toContain('<script')
  })
})
