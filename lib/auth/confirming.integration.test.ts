import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { setLogLevel } from '@/lib/log'
import { beginSignIn } from './auth'
import { isFresh, readSignedIn } from './partner-user'
import { CONFIRM } from './safe-path'
import { createBrowser, signInSetup } from './testing/sign-in-setup'

// A fresh sign-in is one in which the provider asked someone who they are, and says so (auth-time.ts).

setLogLevel('silent')
let setup: Awaited<ReturnType<typeof signInSetup>>
beforeAll(async () => {
  setup = await signInSetup()
})
afterAll(() => setup.close())
afterEach(() => {
  setup.says.authTime = 'now'
})

const SESSION = '__Host-pd.session'
const BACK = `${CONFIRM}?next=%2Fsettings%2Fleave&user=x`

type Browser = ReturnType<typeof createBrowser>

async function isFreshIn(browser: Browser): Promise<boolean> {
  const now = new Date()
  const found = await readSignedIn(browser.cookies.get(SESSION), { sessions: setup.deps.sessions, now })
  if (found?.kind !== 'partner_user') throw new Error('no one is signed in')
  return isFresh(found.partnerUser, now)
}

/** Signed in, and that long enough ago to be asked again. */
async function signedInLongAgo(): Promise<Browser> {
  const browser = createBrowser()
  await browser.signIn(setup.deps, 'partner-ada')
  await setup.sql(`UPDATE session SET authenticated_at = now() - interval '11 minutes'`)
  expect(await isFreshIn(browser)).toBe(false)
  return browser
}

describe('signing in to confirm who it is', () => {
  it('asks the provider to ask, and to say when it did', async () => {
    const from = { address: null, device: null }
    const begun = await beginSignIn({ next: BACK, cookies: createBrowser().jar, from }, setup.deps)
    if (begun.kind !== 'begun') throw new Error(begun.reason)
    const { searchParams } = new URL(begun.authorizationUrl)
    expect([searchParams.get('prompt'), searchParams.get('max_age')]).toEqual(['login', '0'])
  })

  it('makes the session fresh', async () => {
    const browser = await signedInLongAgo()
    expect(await browser.signIn(setup.deps, 'partner-ada', BACK)).toMatchObject({ kind: 'signed_in', path: BACK })
    expect(await isFreshIn(browser)).toBe(true)
  })

  it.each([
    ['an_hour_ago', 'not_asked_again'],
    ['absent', 'not_dated'],
  ] as const)('is refused where the provider’s time is %s, and leaves the session as it was', async (says, reason) => {
    const browser = await signedInLongAgo()
    const session = browser.cookies.get(SESSION)
    const sessions = await setup.sql('SELECT * FROM session ORDER BY id')
    setup.says.authTime = says
    expect(await browser.signIn(setup.deps, 'partner-ada', BACK)).toMatchObject({ kind: 'refused', reason, path: BACK })
    expect(browser.cookies.get(SESSION)).toBe(session)
    expect(await isFreshIn(browser)).toBe(false)
    expect(await setup.sql('SELECT * FROM session ORDER BY id')).toEqual(sessions)
  })
})

describe('signing in as every day', () => {
  it('by the session at the provider is as fresh as that session', async () => {
    const browser = createBrowser()
    const bySession = async () => {
      const answer = await browser.leave(setup.deps)
      expect(await browser.complete(setup.deps, new URL(answer).searchParams)).toMatchObject({ kind: 'signed_in' })
      return isFreshIn(browser)
    }
    await browser.signIn(setup.deps, 'partner-ada')
    expect(await bySession()).toBe(true)
    setup.says.authTime = 'an_hour_ago'
    await browser.signIn(setup.deps, 'partner-ada')
    expect(await bySession()).toBe(false)
  })

  it('is fresh where the provider asked', async () => {
    const browser = createBrowser()
    await browser.signIn(setup.deps, 'partner-ada')
    expect(await isFreshIn(browser)).toBe(true)
  })

  // Or signing out and in again would be the way around being asked.
  it.each(['an_hour_ago', 'absent'] as const)('works where its time is %s, and is not fresh', async (says) => {
    setup.says.authTime = says
    const browser = createBrowser()
    expect(await browser.signIn(setup.deps, 'partner-ada')).toMatchObject({ kind: 'signed_in' })
    expect(await isFreshIn(browser)).toBe(false)
  })

  it('is fresh by a link in a mail: whoever uses it has just read it', async () => {
    const browser = createBrowser()
    await browser.askForLink(setup.deps, 'ada@partner.example')
    browser.openLink(setup.deps, setup.mailbox.messages()[0]?.links[0] ?? '')
    await browser.confirmLink(setup.deps)
    expect(await isFreshIn(browser)).toBe(true)
  })
})
