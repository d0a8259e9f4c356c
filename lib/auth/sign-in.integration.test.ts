import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { setLogLevel } from '@/lib/log'
import { LIMITS } from '@/lib/security/limits'
import { beginSignIn } from './auth'
import { SESSION_SECONDS } from './cookies'
import { ATTEMPTS_KEPT } from './sign-in-attempt'
import { createBrowser, signInSetup } from './testing/sign-in-setup'

setLogLevel('silent')
let setup: Awaited<ReturnType<typeof signInSetup>>
beforeAll(async () => {
  setup = await signInSetup()
})
afterAll(() => setup.close())

const SESSION = '__Host-pd.session'
const DEVICE = '__Host-pd.device'
const from = { address: '192.0.2.1', device: 'Firefox on Linux' }
const count = async (table: string) =>
  Number((await setup.sql<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n)
const counts = async () => ({
  users: await count('partner_user'),
  accounts: await count('sign_in_account'),
  workspaces: await count('workspace'),
  memberships: await count('membership'),
  sessions: await count('session'),
})

describe('signing in', () => {
  it('asks the provider with state, nonce and PKCE, under a cookie of our own', async () => {
    const cookies = createBrowser().jar
    const begun = await beginSignIn({ next: '/connections?status=active', cookies, from }, setup.deps)
    if (begun.kind !== 'begun') throw new Error(begun.reason)
    const url = new URL(begun.authorizationUrl)
    expect(url.origin).toBe(setup.provider.issuer)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'partner-dashboard',
      redirect_uri: 'https://dashboard.company.test/api/auth/callback/oidc',
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect([url.searchParams.get('prompt'), url.searchParams.get('max_age')]).toEqual([null, null])
    const attributes = { httpOnly: true, secure: true, sameSite: 'lax', path: '/', maxAge: 900 }
    const name = expect.stringMatching(/^__Host-pd\.sign-in\.attempt\.[\w-]{22}$/)
    expect(begun.cookies).toEqual([{ name, value: expect.any(String), attributes }])
    expect(JSON.stringify(begun.cookies)).not.toContain(url.searchParams.get('state'))
  })

  it('gives a first sign-in a user, a workspace of their own and a session whose token only the browser has', async () => {
    const browser = createBrowser()
    const completed = await browser.signIn(setup.deps, 'partner-ada', '/connections?status=active')
    expect(completed).toMatchObject({ kind: 'signed_in', path: '/connections?status=active' })
    expect(await counts()).toEqual({ users: 1, accounts: 1, workspaces: 1, memberships: 1, sessions: 1 })

    const cookie = completed.cookies.find(({ name }) => name === SESSION)
    expect(cookie?.attributes).toEqual({
      httpOnly: true,
      secure: true,
      sameSite: 'lax',
      path: '/',
      maxAge: SESSION_SECONDS,
    })
    const token = cookie?.value ?? ''
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const [row] = await setup.sql<{ session_token: string; life: number }>(
      'SELECT session_token, extract(epoch FROM expires - created_at)::float8 AS life FROM session',
    )
    expect(row?.session_token).toBe(createHash('sha256').update(token).digest('base64url'))
    expect(row?.life).toBeCloseTo(12 * 3_600, -1)
    expect([...browser.cookies.keys()]).toEqual([SESSION, DEVICE])

    const [person] =
      await setup.sql(`SELECT u.name, u.email, a.provider, a.provider_account_id AS account, m.role, w.name AS workspace
      FROM partner_user u JOIN sign_in_account a ON a.user_id = u.id JOIN membership m ON m.user_id = u.id
      JOIN workspace w ON w.id = m.workspace_id`)
    expect(person).toEqual({
      name: 'Ada Okafor',
      email: 'ada@partner.example',
      provider: 'oidc',
      account: `${setup.provider.issuer}#partner-ada`,
      role: 'owner',
      workspace: 'Ada Okafor’s workspace',
    })
  })

  it('finds the same user the next time, with a new session', async () => {
    const before = await counts()
    const browser = createBrowser()
    await browser.signIn(setup.deps, 'partner-ada')
    expect(await counts()).toEqual({ ...before, sessions: before.sessions + 1 })
  })

  it('ends the session that the browser had, and never takes over the one it was given', async () => {
    const browser = createBrowser()
    await browser.signIn(setup.deps, 'partner-ada')
    const first = browser.cookies.get(SESSION)
    // Someone else signs in where Ada's session still stands: a user of their own, not one more sign-in of Ada's.
    await browser.signIn(setup.deps, 'partner-ben')
    expect(browser.cookies.get(SESSION)).not.toBe(first)
    expect(await setup.deps.sessions.find(first ?? '')).toBeUndefined()
    expect(await setup.deps.sessions.find(browser.cookies.get(SESSION) ?? '')).toMatchObject({ name: 'Ben Larsen' })

    const planted = 'P'.repeat(43)
    browser.cookies.set(SESSION, planted)
    await browser.signIn(setup.deps, 'partner-ben')
    expect(browser.cookies.get(SESSION)).not.toBe(planted)
    expect(await setup.deps.sessions.find(planted)).toBeUndefined()
  })

  it.each([
    ['of a domain that no one allowed', 'stranger-mallory', 'stranger'],
    ['of another allowed-looking domain', 'partner-chidi', 'stranger'],
    ['whose address is not verified', 'partner-uma', 'email_not_verified'],
    ['who cancels', '', 'canceled'],
  ])('refuses a person %s and keeps nothing of them', async (_who, person, reason) => {
    const before = await counts()
    const browser = createBrowser()
    const completed = await browser.signIn(setup.deps, person, '/connections/1')
    expect(completed).toMatchObject({ kind: 'refused', reason, path: '/connections/1' })
    expect(browser.cookies.has(SESSION)).toBe(false)
    expect(await counts()).toEqual(before)
  })

  it('lets every verified person in where the operator opened it', async () => {
    const completed = await createBrowser().signIn(setup.withSettings({ open: true }), 'stranger-mallory')
    expect(completed.kind).toBe('signed_in')
  })

  it('refuses an address that is not verified even where it is open', async () => {
    const completed = await createBrowser().signIn(setup.withSettings({ open: true }), 'partner-uma')
    expect(completed).toMatchObject({ kind: 'refused', reason: 'email_not_verified' })
  })

  it('refuses someone whose domain is no longer allowed', async () => {
    const completed = await createBrowser().signIn(
      setup.withSettings({ emailDomains: ['other.example'] }),
      'partner-ada',
    )
    expect(completed).toMatchObject({ kind: 'refused', reason: 'stranger' })
  })

  it('tells two people with one address apart by what their provider says of them', async () => {
    const { issuer } = setup.deps.settings.oidc
    const twin = { issuer, subject: 'ada-again', name: 'Ada Again', email: 'ada@partner.example' }
    const admission = await setup.deps.partnerUsers.admit(twin)
    const ada = await setup.deps.partnerUsers.findByAccount(`${issuer}#partner-ada`)
    expect(admission).toEqual({ kind: 'admitted', userId: expect.not.stringMatching(ada?.id ?? '') })
    const elsewhere = await setup.deps.partnerUsers.admit({
      ...twin,
      issuer: 'https://other.test',
      subject: 'partner-ada',
    })
    expect(elsewhere).toEqual({ kind: 'admitted', userId: expect.not.stringMatching(ada?.id ?? '') })
  })

  it('refuses a user who was turned off', async () => {
    await setup.sql(`UPDATE partner_user SET disabled_at = now() WHERE name = 'Ben Larsen'`)
    const completed = await createBrowser().signIn(setup.deps, 'partner-ben')
    await setup.sql(`UPDATE partner_user SET disabled_at = NULL WHERE name = 'Ben Larsen'`)
    expect(completed).toMatchObject({ kind: 'refused', reason: 'disabled' })
  })

  it('makes one user and one workspace of twenty first sign-ins at once', async () => {
    const before = await counts()
    const identity = { issuer: 'https://login.test', subject: 'crowd', name: 'Crowd', email: 'crowd@partner.example' }
    const client = setup.client(20)
    const { partnerUserStore } = await import('./partner-user-store')
    const store = partnerUserStore(client)
    const admissions = await Promise.all(Array.from({ length: 20 }, () => store.admit(identity)))
    expect(new Set(admissions.map((admission) => JSON.stringify(admission))).size).toBe(1)
    expect(await counts()).toMatchObject({
      users: before.users + 1,
      workspaces: before.workspaces + 1,
      memberships: before.memberships + 1,
    })
  })

  it('leaves nothing behind when the workspace cannot be made, and makes everything at the next try', async () => {
    const before = await counts()
    await setup.sql(`ALTER TABLE workspace ADD CONSTRAINT no_more CHECK (name <> 'Eve’s workspace')`)
    const identity = { issuer: 'https://login.test', subject: 'eve', name: 'Eve', email: 'eve@partner.example' }
    await expect(setup.deps.partnerUsers.admit(identity)).rejects.toThrow()
    expect(await counts()).toEqual(before)
    await setup.sql('ALTER TABLE workspace DROP CONSTRAINT no_more')
    expect((await setup.deps.partnerUsers.admit(identity)).kind).toBe('admitted')
    expect((await counts()).workspaces).toBe(before.workspaces + 1)
  })

  it('signs a user in who has no workspace anymore, and makes none behind their back', async () => {
    const before = await counts()
    await setup.sql(`DELETE FROM membership WHERE user_id = (SELECT id FROM partner_user WHERE name = 'Ben Larsen')`)
    const completed = await createBrowser().signIn(setup.deps, 'partner-ben')
    expect(completed.kind).toBe('signed_in')
    expect(await counts()).toMatchObject({ workspaces: before.workspaces, memberships: before.memberships - 1 })
  })
})

describe('beyond the limit', () => {
  /** Every table but the one that counts, by how many rows it has. */
  const rows = async () => {
    const tables = await setup.sql<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'rate_limit'`,
    )
    const counted = await Promise.all(tables.map(async ({ name }) => [name, await count(name)] as const))
    return Object.fromEntries(counted)
  }
  async function useUp(bucket: keyof typeof LIMITS, key: string) {
    const digest = createHash('sha256').update(key).digest('base64url')
    await setup.sql('DELETE FROM rate_limit')
    await setup.sql(`INSERT INTO rate_limit VALUES ($1, $2, $3, now() + interval '1 hour')`, [
      bucket,
      digest,
      LIMITS[bucket].limit,
    ])
  }
  afterEach(() => setup.sql('TRUNCATE rate_limit'))

  it.each([
    ['a place', 'sign_in.answered.address', () => from.address],
    ['an identity', 'sign_in.account', () => `${setup.provider.issuer}#partner-ada`],
  ] as const)('of %s, an answer of the provider is refused and writes no row', async (_whose, bucket, key) => {
    const browser = createBrowser()
    const parameters = await browser.reachCallback(setup.deps, 'partner-ada')
    await useUp(bucket, key())
    const before = await rows()
    expect(await browser.complete(setup.deps, parameters)).toMatchObject({ kind: 'refused', reason: 'too_many' })
    expect(browser.cookies.has(SESSION)).toBe(false)
    expect(await rows()).toEqual(before)
    expect(before).toMatchObject({ partner_user: expect.any(Number), session: expect.any(Number) })
  })

  it('of a place, no one is sent to the provider', async () => {
    await useUp('sign_in.begun.address', from.address)
    const before = await rows()
    expect(await beginSignIn({ next: null, cookies: createBrowser().jar, from }, setup.deps)).toEqual({
      kind: 'refused',
      reason: 'too_many',
    })
    expect(await rows()).toEqual(before)
  })
})

describe('single sign-on', () => {
  const CALLBACK = '/api/auth/callback/oidc'
  const ASK = '__Host-pd.sign-in.ask'
  const ended = (browser: ReturnType<typeof createBrowser>) => browser.cookies.delete(SESSION)

  it('goes by the session at the provider: after an idle half-hour no one types a password', async () => {
    const browser = createBrowser()
    await browser.signIn(setup.deps, 'partner-ada')
    ended(browser)
    const answer = new URL(await browser.leave(setup.deps, '/audit'))
    expect(answer.pathname).toBe(CALLBACK)
    expect(await browser.complete(setup.deps, answer.searchParams)).toMatchObject({ kind: 'signed_in', path: '/audit' })
  })

  it('asks again where someone signed out, until someone has signed in', async () => {
    const browser = createBrowser()
    await browser.signIn(setup.deps, 'partner-ada')
    browser.cookies.set(ASK, 'yes')
    expect(new URL(await browser.leave(setup.deps)).pathname).toMatch(/^\/interaction\//)
    await browser.signIn(setup.deps, 'partner-ada')
    expect(browser.cookies.has(ASK)).toBe(false)
    expect(new URL(await browser.leave(setup.deps)).pathname).toBe(CALLBACK)
  })

  it.each([
    ['stranger-mallory', 'stranger'],
    ['partner-uma', 'email_not_verified'],
  ])('asks again after %s was refused as %s, who could otherwise never try another account', async (person, reason) => {
    const browser = createBrowser()
    expect(await browser.signIn(setup.deps, person)).toMatchObject({ kind: 'refused', reason })
    expect(new URL(await browser.leave(setup.deps)).pathname).toMatch(/^\/interaction\//)
    expect((await browser.signIn(setup.deps, 'partner-ada')).kind).toBe('signed_in')
  })
})

describe('two attempts in one browser', () => {
  it('each end where they were to lead, in whichever order they are finished', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const browser = createBrowser()
      const paths = ['/connections?show=active', '/audit']
      const answers: URLSearchParams[] = []
      for (const path of paths) answers.push(await browser.reachCallback(setup.deps, 'partner-ada', path))
      for (const n of order) {
        const completed = await browser.complete(setup.deps, answers[n] ?? new URLSearchParams())
        expect(completed).toMatchObject({ kind: 'signed_in', path: paths[n] })
      }
      expect([...browser.cookies.keys()].sort()).toEqual([DEVICE, SESSION])
    }
  })

  it('are told apart when one is canceled', async () => {
    const browser = createBrowser()
    const first = await browser.reachCallback(setup.deps, 'partner-ada', '/audit')
    const canceled = await browser.reachCallback(setup.deps, '', '/reliability')
    expect(await browser.complete(setup.deps, canceled)).toMatchObject({ reason: 'canceled', path: '/reliability' })
    expect(await browser.complete(setup.deps, first)).toMatchObject({ kind: 'signed_in', path: '/audit' })
  })

  it('are kept up to a limit, beyond which the oldest is forgotten', async () => {
    const browser = createBrowser()
    const answers: URLSearchParams[] = []
    for (let n = 0; n <= ATTEMPTS_KEPT; n += 1) {
      answers.push(await browser.reachCallback(setup.deps, 'partner-ada'))
      expect(browser.cookies.size).toBe(Math.min(n + 1, ATTEMPTS_KEPT))
    }
    const [oldest, next] = answers
    if (!oldest || !next) throw new Error('no answers')
    expect(await browser.complete(setup.deps, oldest)).toMatchObject({ kind: 'refused', reason: 'expired' })
    expect((await browser.complete(setup.deps, next)).kind).toBe('signed_in')
  })

  it('take less of a request than a server allows, however long the ways back are', async () => {
    const browser = createBrowser()
    const next = `/connections?q=${'x'.repeat(980)}`
    for (let n = 0; n <= ATTEMPTS_KEPT; n += 1) await browser.reachCallback(setup.deps, 'partner-ada', next)
    const lengths = Array.from(browser.cookies, ([name, value]) => name.length + value.length)
    expect(Math.max(...lengths)).toBeLessThan(4_096)
    expect(lengths.reduce((sum, length) => sum + length)).toBeLessThan(12_000)
  })
})

describe('the answer of the provider', () => {
  it('is refused in a browser that did not ask', async () => {
    const parameters = await createBrowser().reachCallback(setup.deps, 'partner-ada')
    const other = createBrowser()
    expect(await other.complete(setup.deps, parameters)).toMatchObject({ kind: 'refused', reason: 'expired' })
    expect(other.cookies.size).toBe(0)
  })

  it('is refused under the state of another attempt', async () => {
    const attacker = createBrowser()
    const victim = createBrowser()
    const stolen = await attacker.reachCallback(setup.deps, 'partner-ben')
    const own = await victim.reachCallback(setup.deps, 'partner-ada')
    const mixed = new URLSearchParams(own)
    mixed.set('code', stolen.get('code') ?? '')
    expect(await victim.complete(setup.deps, mixed)).toMatchObject({ kind: 'refused', reason: 'failed' })
    expect(victim.cookies.has(SESSION)).toBe(false)
  })

  it('signs in once', async () => {
    const browser = createBrowser()
    const parameters = await browser.reachCallback(setup.deps, 'partner-ada')
    const kept = new Map(browser.cookies)
    expect((await browser.complete(setup.deps, parameters)).kind).toBe('signed_in')
    for (const [name, value] of kept) browser.cookies.set(name, value)
    expect(await browser.complete(setup.deps, parameters)).toMatchObject({ kind: 'refused', reason: 'failed' })
  })

  it.each([
    ['no code', 'state=s'],
    ['no state', 'code=c'],
    ['nothing', ''],
    ['two states', 'code=c&state=s&state=t'],
    ['two codes', 'code=c&code=d&state=s'],
    ['another error', 'error=server_error&state=s'],
  ])('is refused with %s', async (_case, query) => {
    const browser = createBrowser()
    await browser.reachCallback(setup.deps, 'partner-ada')
    const completed = await browser.complete(setup.deps, new URLSearchParams(query))
    expect(completed).toMatchObject({ kind: 'refused', reason: 'failed' })
    expect(browser.cookies.has(SESSION)).toBe(false)
  })

  it('is refused with a good parameter given twice', async () => {
    const browser = createBrowser()
    const parameters = await browser.reachCallback(setup.deps, 'partner-ada')
    parameters.append('code', parameters.get('code') ?? '')
    expect(await browser.complete(setup.deps, parameters)).toMatchObject({ kind: 'refused', reason: 'failed' })
  })

  it('is refused when the provider is not the one that was configured', async () => {
    const browser = createBrowser()
    const parameters = await browser.reachCallback(setup.deps, 'partner-ada')
    const elsewhere = setup.withSettings({
      oidc: { ...setup.deps.settings.oidc, issuer: setup.provider.issuer.replace('localhost', '127.0.0.1') },
    })
    expect(await browser.complete(elsewhere, parameters)).toMatchObject({ kind: 'refused', reason: 'failed' })
  })

  it.each(['//evil.test', 'https://evil.test/x', 'javascript:alert(1)', '/api/livez', '/\\evil.test'])(
    'leads to a page of ours even when %s was planted as the way back',
    async (planted) => {
      const browser = createBrowser()
      const parameters = await browser.reachCallback(setup.deps, 'partner-ada')
      for (const [name, value] of browser.cookies) {
        browser.cookies.set(name, value.replace(/[^~]*$/, Buffer.from(planted).toString('base64url')))
      }
      const completed = await browser.complete(setup.deps, parameters)
      expect([completed.kind, completed.path]).toEqual(
        completed.kind === 'signed_in' ? ['signed_in', '/connections'] : ['refused', null],
      )
    },
  )

  it('says that the provider does not answer when it does not', async () => {
    const silent = setup.withSettings({ oidc: { ...setup.deps.settings.oidc, issuer: 'http://127.0.0.1:9' } })
    const begun = await beginSignIn({ next: null, cookies: createBrowser().jar, from }, silent)
    expect(begun).toEqual({ kind: 'refused', reason: 'provider_unreachable' })
  })
})
