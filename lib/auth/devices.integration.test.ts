import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { setLogLevel } from '@/lib/log'
import { createOpaqueToken } from './opaque-token'
import { sessionStore } from './session-store'
import { createBrowser, signInSetup } from './testing/sign-in-setup'

setLogLevel('silent')
let setup: Awaited<ReturnType<typeof signInSetup>>
beforeAll(async () => {
  setup = await signInSetup()
})
afterAll(() => setup.close())
beforeEach(async () => {
  setup.mailbox.clear()
  await setup.sql('TRUNCATE rate_limit, partner_user, workspace CASCADE')
})

const mails = () => setup.mailbox.messages()
const laptop = () => createBrowser()
const phone = () => createBrowser({ address: '203.0.113.7', device: 'Safari on iPhone' })

describe('a sign-in with a browser that its user has not used before', () => {
  it('is told to them: when, with what, from where, and what to do', async () => {
    await laptop().signIn(setup.deps, 'partner-ada')
    expect(mails()).toEqual([])
    await phone().signIn(setup.deps, 'partner-ada')
    expect(mails()).toHaveLength(1)
    const [mail] = mails()
    expect(mail).toMatchObject({ to: ['ada@partner.example'], subject: 'New sign-in to dashboard.company.test' })
    expect(mail?.text).toContain('Browser: Safari on iPhone')
    expect(mail?.text).toContain('IP address: 203.0.113.7')
    expect(mail?.text).toMatch(/When: \d{4}-\d\d-\d\d \d\d:\d\d UTC/)
    expect(mail?.links).toEqual(['https://dashboard.company.test/account'])
  })

  it('is told once: the browser is known from then on, by a cookie of a year and by its digest', async () => {
    await laptop().signIn(setup.deps, 'partner-ada')
    const browser = phone()
    const completed = await browser.signIn(setup.deps, 'partner-ada')
    for (let i = 0; i < 3; i += 1) await browser.signIn(setup.deps, 'partner-ada')
    expect(mails()).toHaveLength(1)
    const cookie = completed.cookies.find(({ name }) => name === '__Host-pd.device')
    expect(cookie?.attributes).toMatchObject({ httpOnly: true, secure: true, maxAge: 365 * 24 * 3_600 })
    const known = await setup.sql<{ cookie_digest: string }>('SELECT cookie_digest FROM known_device')
    expect(known).toHaveLength(2)
    expect(JSON.stringify(known)).not.toContain(cookie?.value)
  })

  it('is new to each user of the browser', async () => {
    const shared = laptop()
    await shared.signIn(setup.deps, 'partner-ada')
    await phone().signIn(setup.deps, 'partner-ben')
    await shared.signIn(setup.deps, 'partner-ben')
    expect(mails().map(({ to }) => to)).toEqual([['ben@partner.example']])
  })

  it('is told whichever way they sign in', async () => {
    for (const browser of [laptop(), phone()]) {
      await browser.askForLink(setup.deps, 'ada@partner.example')
      browser.openLink(setup.deps, mails()[0]?.links[0] ?? '')
      await browser.confirmLink(setup.deps)
    }
    expect(mails().map(({ subject }) => subject)).toEqual([
      'New sign-in to dashboard.company.test',
      'Your link to sign in to dashboard.company.test',
      'Your link to sign in to dashboard.company.test',
    ])
  })

  it('signs in all the same where the mail cannot be sent', async () => {
    await laptop().signIn(setup.deps, 'partner-ada')
    const broken = { ...setup.deps, sendMail: () => Promise.reject(new Error('no')) }
    expect((await phone().signIn(broken, 'partner-ada')).kind).toBe('signed_in')
  })

  it('takes no cookie for a browser that is none of ours', async () => {
    const browser = laptop()
    browser.cookies.set('__Host-pd.device', 'short')
    await browser.signIn(setup.deps, 'partner-ada')
    expect(browser.cookies.get('__Host-pd.device')).toMatch(/^[\w-]{43}$/)
  })

  it('signs in, too, when the same user does it in other browsers at the same moment', async () => {
    await laptop().signIn(setup.deps, 'partner-ada')
    const [ada] = await setup.sql<{ id: string }>('SELECT id FROM partner_user')
    const sessions = sessionStore(setup.client(8))
    const expires = new Date(Date.now() + 3_600_000)
    for (let round = 0; round < 5; round += 1) {
      const created = Array.from({ length: 8 }, () =>
        sessions.create({
          token: createOpaqueToken(),
          userId: ada?.id ?? '',
          expires,
          deviceToken: createOpaqueToken(),
        }),
      )
      expect(await Promise.all(created)).toHaveLength(8)
    }
  })
})
