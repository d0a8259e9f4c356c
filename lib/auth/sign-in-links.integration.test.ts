import { createHash } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { setLogLevel } from '@/lib/log'
import { LIMITS } from '@/lib/security/limits'
import { readOpenedLink } from './sign-in-links'
import { createBrowser, signInSetup } from './testing/sign-in-setup'

setLogLevel('silent')
let setup: Awaited<ReturnType<typeof signInSetup>>
beforeAll(async () => {
  setup = await signInSetup()
})
afterAll(() => setup.close())
beforeEach(async () => {
  setup.mailbox.clear()
  await clock(0)
  await setup.sql('TRUNCATE rate_limit, sign_in_link, partner_user, workspace CASCADE')
})

const SESSION = '__Host-pd.session'
const LINK_BROWSER = '__Host-pd.sign-in.link-browser'
const ADA = 'ada@partner.example'
const MALLORY = 'mallory@stranger.example'

/** The database's clock, minutes from now. */
const clock = (minutes: number) =>
  setup.sql(
    `CREATE OR REPLACE FUNCTION rotation_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
     $$ SELECT clock_timestamp() + ${minutes} * interval '1 minute' $$`,
  )
const mails = () => setup.mailbox.messages()
const sentLink = () => mails()[0]?.links[0] ?? ''
const look = (browser: ReturnType<typeof createBrowser>) => readOpenedLink(browser.jar, setup.deps)
async function asked(address = ADA, next: string | null = null) {
  const browser = createBrowser()
  await browser.askForLink(setup.deps, address, next)
  return { browser, link: sentLink() }
}
async function opened(address = ADA, next: string | null = null) {
  const { browser, link } = await asked(address, next)
  browser.openLink(setup.deps, link)
  return { browser, link }
}

describe('a link in a mail', () => {
  it('goes to the address, with the words that are in the page, and is at rest only a digest', async () => {
    const { link } = await asked()
    expect(mails()).toHaveLength(1)
    expect(mails()[0]).toMatchObject({ to: [ADA], subject: 'Your link to sign in to dashboard.company.test' })
    expect(mails()[0]?.text).toContain(link)
    const url = new URL(link)
    expect(`${url.origin}${url.pathname}`).toBe('https://dashboard.company.test/api/auth/link')
    const token = url.searchParams.get('token') ?? ''
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const rows = await setup.sql('SELECT * FROM sign_in_link')
    expect(rows).toMatchObject([{ token_digest: createHash('sha256').update(token).digest('base64url') }])
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('signs in at once in the browser that asked for it, and leads to the page that was asked for', async () => {
    const { browser } = await opened(ADA, '/connections?show=active')
    expect(await look(browser)).toMatchObject({ kind: 'usable', address: ADA, isSameBrowser: true })
    const completed = await browser.confirmLink(setup.deps)
    expect(completed).toMatchObject({ kind: 'signed_in', path: '/connections?show=active' })
    expect([...browser.cookies.keys()]).toEqual([LINK_BROWSER, SESSION, '__Host-pd.device'])
    expect(await setup.deps.sessions.find(browser.cookies.get(SESSION) ?? '')).toMatchObject({ email: ADA, name: null })
  })

  it('is known in the browser that asked, however many it asked for and whichever it opens', async () => {
    const browser = createBrowser()
    const links: string[] = []
    for (const address of [ADA, ADA, 'ben@partner.example']) {
      await browser.askForLink(setup.deps, address)
      links.push(sentLink())
    }
    for (const link of links) {
      browser.openLink(setup.deps, link)
      expect(await look(browser)).toMatchObject({ kind: 'usable', isSameBrowser: true })
    }
    // Also after another of them has signed in.
    await browser.confirmLink(setup.deps)
    browser.openLink(setup.deps, links[0] ?? '')
    expect(await look(browser)).toMatchObject({ kind: 'usable', address: ADA, isSameBrowser: true })
  })

  it('signs in as the person whom the page named, and as no one else whose link was opened meanwhile', async () => {
    const { browser, link } = await opened()
    const shown = await browser.lookAtLink(setup.deps)
    const bens = await asked('ben@partner.example')
    browser.openLink(setup.deps, bens.link)
    expect(await browser.confirmLink(setup.deps, shown)).toMatchObject({ kind: 'refused', reason: 'link_changed' })
    expect(await setup.sql('SELECT 1 FROM session')).toEqual([])
    // Neither link was used up by it.
    expect(await look(browser)).toMatchObject({ kind: 'usable', address: 'ben@partner.example' })
    browser.openLink(setup.deps, link)
    expect((await browser.confirmLink(setup.deps, shown)).kind).toBe('signed_in')
  })

  it('waits for a click in every other browser', async () => {
    const { link } = await asked()
    const phone = createBrowser()
    phone.openLink(setup.deps, link)
    expect(await look(phone)).toMatchObject({ kind: 'usable', address: ADA, isSameBrowser: false })
    expect((await phone.confirmLink(setup.deps)).kind).toBe('signed_in')
  })

  it('is not used up by whoever looks at it', async () => {
    const { browser, link } = await opened()
    for (let i = 0; i < 20; i += 1) {
      const scanner = createBrowser()
      scanner.openLink(setup.deps, link)
      await look(scanner)
    }
    expect((await browser.confirmLink(setup.deps)).kind).toBe('signed_in')
  })

  it('works once', async () => {
    const { browser, link } = await opened()
    await browser.confirmLink(setup.deps)
    browser.openLink(setup.deps, link)
    expect(await look(browser)).toEqual({ kind: 'over' })
    expect(await browser.confirmLink(setup.deps)).toMatchObject({ kind: 'refused', reason: 'link_over' })
  })

  it('works once of sixteen browsers that confirm it together', async () => {
    const { link } = await asked()
    const browsers = Array.from({ length: 16 }, () => createBrowser())
    for (const browser of browsers) browser.openLink(setup.deps, link)
    const results = await Promise.all(browsers.map((browser) => browser.confirmLink(setup.deps)))
    expect(results.filter(({ kind }) => kind === 'signed_in')).toHaveLength(1)
    expect(await setup.sql('SELECT 1 FROM session')).toHaveLength(1)
  })

  it('uses up the others to the same address, and no one else’s', async () => {
    const first = await opened()
    const bens = await opened('ben@partner.example')
    const second = await opened()
    await second.browser.confirmLink(setup.deps)
    expect(await first.browser.confirmLink(setup.deps)).toMatchObject({ reason: 'link_over' })
    expect((await bens.browser.confirmLink(setup.deps)).kind).toBe('signed_in')
  })

  it('is over after ten minutes', async () => {
    const { browser } = await opened()
    await clock(9.9)
    expect((await look(browser)).kind).toBe('usable')
    await clock(10)
    expect(await look(browser)).toEqual({ kind: 'over' })
    expect(await browser.confirmLink(setup.deps)).toMatchObject({ kind: 'refused', reason: 'link_over' })
    expect([...browser.cookies.keys()]).toEqual([LINK_BROWSER])
  })

  it.each(['', 'x', 'A'.repeat(43), `${'A'.repeat(42)}!`, 'A'.repeat(5_000)])(
    'is none with the token %j',
    async (token) => {
      const { browser, link } = await asked()
      const url = new URL(link)
      url.searchParams.set('token', token)
      browser.openLink(setup.deps, url.href)
      expect(await look(browser)).toEqual({ kind: 'over' })
      expect(await browser.confirmLink(setup.deps)).toMatchObject({ kind: 'refused', reason: 'link_over' })
    },
  )

  it('leads to a page of ours, whatever was asked for', async () => {
    const { browser } = await opened(ADA, '//evil.test')
    expect(await browser.confirmLink(setup.deps)).toMatchObject({ kind: 'signed_in', path: '/connections' })
  })

  it('ends the session that the browser had', async () => {
    const { browser } = await opened()
    await browser.confirmLink(setup.deps)
    const earlier = browser.cookies.get(SESSION) ?? ''
    await browser.askForLink(setup.deps, 'ben@partner.example')
    browser.openLink(setup.deps, sentLink())
    await browser.confirmLink(setup.deps)
    expect(await setup.deps.sessions.find(earlier)).toBeUndefined()
    expect(await setup.deps.sessions.find(browser.cookies.get(SESSION) ?? '')).toMatchObject({
      email: 'ben@partner.example',
    })
  })
})

describe('who a link signs in', () => {
  it('is the address itself: the same user each time, and no one who has it by an OpenID provider', async () => {
    await createBrowser().signIn(setup.deps, 'partner-ada')
    for (let i = 0; i < 2; i += 1) await (await opened()).browser.confirmLink(setup.deps)
    const users = await setup.sql('SELECT email, email_identity FROM partner_user ORDER BY email_identity NULLS FIRST')
    expect(users).toEqual([
      { email: ADA, email_identity: null },
      { email: ADA, email_identity: ADA },
    ])
    expect(await setup.sql('SELECT 1 FROM workspace')).toHaveLength(2)
  })

  it('is no one whose domain no one allowed: the same answer, and no mail', async () => {
    const browser = createBrowser()
    const stranger = await browser.askForLink(setup.deps, MALLORY)
    const known = await createBrowser().askForLink(setup.deps, ADA)
    const shape = (requested: typeof known) => ({
      kind: requested.kind,
      cookies: requested.kind === 'accepted' && requested.cookies.map(({ name, attributes }) => ({ name, attributes })),
    })
    expect(shape(stranger)).toEqual(shape(known))
    expect(mails().map(({ to }) => to)).toEqual([[ADA]])
    expect(await setup.sql('SELECT address FROM sign_in_link')).toEqual([{ address: ADA }])
  })

  it('may be a stranger where it is open, or where someone invited them', async () => {
    const open = setup.withSettings({ open: true })
    await createBrowser().askForLink(open, MALLORY)
    expect(mails()).toHaveLength(1)
    setup.mailbox.clear()

    const [workspaceId, inviter] = [uuidv7(), uuidv7()]
    await setup.sql(`INSERT INTO workspace (id, name) VALUES ($1, 'Host')`, [workspaceId])
    await setup.sql(`INSERT INTO partner_user (id) VALUES ($1)`, [inviter])
    await setup.sql(`INSERT INTO membership VALUES ($1, $2, 'owner')`, [workspaceId, inviter])
    await setup.sql(
      `INSERT INTO invitation (id, workspace_id, email, role, token_digest, invited_by_id, expires_at)
       VALUES (gen_random_uuid(), $1, $2, 'viewer', 'd', $3, now() + interval '1 day')`,
      [workspaceId, MALLORY, inviter],
    )
    // An invitation is worth what its sender may do now.
    await setup.sql('UPDATE partner_user SET disabled_at = now() WHERE id = $1', [inviter])
    await createBrowser().askForLink(setup.deps, MALLORY)
    expect(mails()).toEqual([])
    await setup.sql('UPDATE partner_user SET disabled_at = NULL WHERE id = $1', [inviter])
    const { browser } = await opened(MALLORY)
    expect((await browser.confirmLink(setup.deps)).kind).toBe('signed_in')
    // Accepted, they are a member; removed, a stranger again.
    await setup.sql('DELETE FROM invitation')
    await setup.sql(`INSERT INTO membership SELECT $1, id, 'viewer' FROM partner_user WHERE email_identity = $2`, [
      workspaceId,
      MALLORY,
    ])
    setup.mailbox.clear()
    await createBrowser().askForLink(setup.deps, MALLORY)
    expect(mails()).toHaveLength(1)
    await setup.sql(`DELETE FROM membership WHERE role = 'viewer'`)
    setup.mailbox.clear()
    await createBrowser().askForLink(setup.deps, MALLORY)
    expect(mails()).toEqual([])
  })

  it('is judged again when the link is used', async () => {
    const { browser } = await opened()
    const stricter = setup.withSettings({ emailDomains: ['other.example'] })
    expect(await browser.confirmLink(stricter)).toMatchObject({ kind: 'refused', reason: 'stranger' })
    expect(await setup.sql('SELECT 1 FROM partner_user')).toEqual([])
  })

  it('is no one whose access was turned off', async () => {
    await (await opened()).browser.confirmLink(setup.deps)
    await setup.sql('UPDATE partner_user SET disabled_at = now()')
    const { browser } = await opened()
    expect(await browser.confirmLink(setup.deps)).toMatchObject({ kind: 'refused', reason: 'disabled' })
    expect(browser.cookies.has(SESSION)).toBe(false)
  })
})

describe('how often', () => {
  const recipient = LIMITS['sign_in.link.recipient'].limit
  const address = LIMITS['sign_in.link.address'].limit

  it('a mailbox gets links: the answer stays the same, only the mails stop', async () => {
    for (let i = 0; i < recipient + 3; i += 1) {
      expect((await createBrowser({ address: `198.51.100.${i}`, device: null }).askForLink(setup.deps, ADA)).kind).toBe(
        'accepted',
      )
    }
    expect(mails()).toHaveLength(recipient)
  })

  it('one place may ask', async () => {
    const results: string[] = []
    for (let i = 0; i <= address; i += 1) {
      results.push((await createBrowser().askForLink(setup.deps, `nobody-${i}@stranger.example`)).kind)
    }
    expect(results.at(-1)).toBe('too_many')
    expect(results.filter((kind) => kind === 'accepted')).toHaveLength(address)
    expect((await createBrowser({ address: '198.51.100.9', device: null }).askForLink(setup.deps, ADA)).kind).toBe(
      'accepted',
    )
  })

  it('one place may try links: a thousand wrong ones reach the table a hundred times', async () => {
    const browser = createBrowser()
    const reasons: Record<string, number> = {}
    for (let i = 0; i < 1_000; i += 1) {
      browser.openLink(setup.deps, `https://dashboard.company.test/?token=${String(i).padStart(43, 'A')}`)
      const result = await browser.confirmLink(setup.deps)
      if (result.kind === 'refused') reasons[result.reason] = (reasons[result.reason] ?? 0) + 1
    }
    const { limit } = LIMITS['sign_in.answered.address']
    expect(reasons).toEqual({ link_over: limit, too_many: 1_000 - limit })
  })
})
