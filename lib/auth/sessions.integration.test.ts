import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { setLogLevel } from '@/lib/log'
import { endOneSession, endOtherSessions } from './end-sessions'
import { type Person, readSignedIn } from './partner-user'
import { listSessions } from './session-views'
import { createBrowser, signInSetup } from './testing/sign-in-setup'

setLogLevel('silent')
let setup: Awaited<ReturnType<typeof signInSetup>>
let client: ReturnType<typeof setup.client>
beforeAll(async () => {
  setup = await signInSetup()
  client = setup.client()
})
afterAll(() => setup.close())
beforeEach(async () => {
  await setup.sql('TRUNCATE rate_limit, partner_user, workspace CASCADE')
})

const SESSION = '__Host-pd.session'
type Browser = ReturnType<typeof createBrowser>

/** Signs a person in and gives who they are there. */
async function signedIn(person: string, from?: Parameters<typeof createBrowser>[0]) {
  const browser = createBrowser(from)
  await browser.signIn(setup.deps, person)
  return { browser, person: await whoIs(browser) }
}
async function whoIs(browser: Browser, now = new Date(), address?: string): Promise<Person> {
  const token = browser.cookies.get(SESSION)
  const found = await readSignedIn(token, { sessions: setup.deps.sessions, now, ...(address && { address }) })
  if (found?.kind !== 'partner_user') throw new Error('no one is signed in')
  return found.partnerUser
}
const isSignedIn = async (browser: Browser) =>
  (await readSignedIn(browser.cookies.get(SESSION), { sessions: setup.deps.sessions, now: new Date() })) !== null

describe('the sessions of a person', () => {
  it('are listed with browser, place and times, this one first, and no one else’s among them', async () => {
    const before = Date.now()
    const here = await signedIn('partner-ada')
    await signedIn('partner-ada', { address: '203.0.113.7', device: 'Safari on iPhone' })
    await signedIn('partner-ben')
    const sessions = await listSessions(here.person, client)
    expect(sessions).toMatchObject([
      { id: here.person.sessionId, device: 'Firefox on Linux', address: '192.0.2.1', isCurrent: true },
      { device: 'Safari on iPhone', address: '203.0.113.7', isCurrent: false },
    ])
    for (const { signedInAt } of sessions) expect(signedInAt.getTime()).toBeGreaterThanOrEqual(before)
  })

  it('say where they were last used', async () => {
    const { browser } = await signedIn('partner-ada')
    const later = new Date(Date.now() + 120_000)
    const person = await whoIs(browser, later, '203.0.113.99')
    expect(await listSessions(person, client)).toMatchObject([{ address: '203.0.113.99', lastSeenAt: later }])
  })

  it('are not listed once they are over', async () => {
    const here = await signedIn('partner-ada')
    const idle = await signedIn('partner-ada')
    const old = await signedIn('partner-ada')
    await setup.sql(`UPDATE session SET last_seen_at = now() - interval '31 minutes' WHERE id = $1`, [
      idle.person.sessionId,
    ])
    await setup.sql(`UPDATE session SET expires = now() - interval '1 second' WHERE id = $1`, [old.person.sessionId])
    expect((await listSessions(here.person, client)).map(({ id }) => id)).toEqual([here.person.sessionId])
  })

  it('end one by one, at once', async () => {
    const here = await signedIn('partner-ada')
    const there = await signedIn('partner-ada')
    const elsewhere = await signedIn('partner-ada')
    await endOneSession(here.person, there.person.sessionId, setup.deps.sessions)
    expect(await isSignedIn(there.browser)).toBe(false)
    expect(await isSignedIn(elsewhere.browser)).toBe(true)
    expect(await isSignedIn(here.browser)).toBe(true)
  })

  it('end all but this one', async () => {
    const here = await signedIn('partner-ada')
    const others = [await signedIn('partner-ada'), await signedIn('partner-ada')]
    const ben = await signedIn('partner-ben')
    await endOtherSessions(here.person, setup.deps.sessions)
    for (const { browser } of others) expect(await isSignedIn(browser)).toBe(false)
    expect(await isSignedIn(here.browser)).toBe(true)
    expect(await isSignedIn(ben.browser)).toBe(true)
  })

  it('do not end by someone else’s hand', async () => {
    const ada = await signedIn('partner-ada')
    const ben = await signedIn('partner-ben')
    await endOneSession(ben.person, ada.person.sessionId, setup.deps.sessions)
    expect(await isSignedIn(ada.browser)).toBe(true)
  })

  it('begin with a proof of who it is, each with its own', async () => {
    // The provider tells it in whole seconds.
    const before = Math.floor(Date.now() / 1_000) * 1_000
    const { browser, person } = await signedIn('partner-ada')
    expect(person.authenticatedAt.getTime()).toBeGreaterThanOrEqual(before)
    await setup.sql(`UPDATE session SET authenticated_at = now() - interval '1 hour'`)
    expect(Date.now() - (await whoIs(browser)).authenticatedAt.getTime()).toBeGreaterThan(3_500_000)
    await browser.signIn(setup.deps, 'partner-ada')
    const again = await whoIs(browser)
    expect(again.authenticatedAt.getTime()).toBeGreaterThanOrEqual(before)
    expect(again.sessionId).not.toBe(person.sessionId)
  })
})
