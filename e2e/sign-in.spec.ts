import { randomBytes } from 'node:crypto'
import { signInCopy } from '@/app/sign-in/sign-in-copy'
import { expect, test } from './fixtures'
import { origins } from './origins'
import { ownCookie } from './own-cookie'
import { leaveForProvider, signInAs } from './provider'

const COPY = signInCopy('Demo Directory')

test.describe('who may come in', () => {
  test('a stranger is refused in words that say what to do', async ({ page, sql }) => {
    await page.goto('/sign-in')
    await signInAs(page, 'Mallory Stranger')
    await expect(page.getByText(COPY.stranger.title)).toBeVisible()
    await expect(page.getByText(COPY.stranger.next)).toBeVisible()
    await page.goto('/connections')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
    expect(await sql(`SELECT 1 FROM partner_user WHERE email LIKE 'mallory@%'`)).toEqual([])
  })

  test('an address that the provider has not verified is refused', async ({ page, sql }) => {
    await page.goto('/sign-in')
    await signInAs(page, 'Uma Unverified')
    await expect(page.getByText(COPY.email_not_verified.title)).toBeVisible()
    expect(await sql(`SELECT 1 FROM partner_user WHERE email LIKE 'uma@%'`)).toEqual([])
  })

  test('canceling at the provider changes nothing and says so', async ({ page }) => {
    await page.goto('/sign-in?next=%2Fconnections%3Fq%3Dcanceled')
    await leaveForProvider(page)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByText(COPY.canceled.title)).toBeVisible()
    await signInAs(page, 'Ben Larsen')
    await expect(page).toHaveURL('/connections?q=canceled')
  })

  test('someone whose access was turned off is refused at once, and at the next sign-in', async ({ page, sql }) => {
    await page.goto('/sign-in')
    await signInAs(page, 'Chidi Rao')
    await page.waitForURL('**/connections')
    await sql(`UPDATE partner_user SET disabled_at = now() WHERE email = 'chidi@other.example'`)
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
    await leaveForProvider(page)
    await expect(page.getByText(COPY.disabled.title)).toBeVisible()
    // The provider's session would sign the same person in each time: after a refusal it asks.
    await signInAs(page, 'Ben Larsen')
    await page.waitForURL('**/connections')
  })

  test('a first sign-in gets a workspace of its own, a second one the same', async ({ page, browser, sql }) => {
    const visit = async () => {
      const context = await browser.newContext({ baseURL: origins.app })
      const visitor = await context.newPage()
      await visitor.goto('/sign-in')
      await signInAs(visitor, 'Ben Larsen')
      await visitor.waitForURL('**/connections')
      await context.close()
    }
    await visit()
    await visit()
    const rows = await sql(
      `SELECT m.role, count(*) OVER () AS workspaces FROM membership m JOIN partner_user u ON u.id = m.user_id
       WHERE u.email = 'ben@partner.example'`,
    )
    expect(rows, page.url()).toEqual([{ role: 'owner', workspaces: '1' }])
  })
})

test.describe('the session', () => {
  test('a cookie that was there before is not adopted, and each sign-in has a session of its own', async ({
    page,
    context,
    sql,
  }) => {
    const planted = randomBytes(32).toString('base64url')
    await context.addCookies([{ name: ownCookie('session'), value: planted, url: origins.app }])
    const tokenNow = async () => (await context.cookies()).find(({ name }) => name === ownCookie('session'))
    await page.goto('/sign-in')
    await signInAs(page, 'Ben Larsen')
    await page.waitForURL('**/connections')
    const first = await tokenNow()
    expect(first?.value).not.toBe(planted)
    expect(first).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })

    await page.goto('/sign-in')
    await expect(page).toHaveURL('/connections')
    await context.clearCookies({ name: ownCookie('session') })
    await page.goto('/sign-in')
    await leaveForProvider(page)
    await page.waitForURL('**/connections')
    expect((await tokenNow())?.value).not.toBe(first?.value)
    // At rest only digests: neither what was planted nor what was issued is in the table.
    const stored = await sql<{ token: string }>('SELECT session_token AS token FROM session')
    expect(stored.map(({ token }) => token)).not.toContain(planted)
    expect(stored.map(({ token }) => token)).not.toContain(first?.value)
  })

  for (const [why, statement] of [
    // A minute over: a request of the page that is still on its way was allowed when it began, and is seen.
    ['idle for half an hour', `UPDATE session SET last_seen_at = now() - interval '31 minutes' WHERE user_id = $1`],
    ['twelve hours old', 'UPDATE session SET expires = now() WHERE user_id = $1'],
    ['of someone disabled', 'UPDATE partner_user SET disabled_at = now() WHERE id = $1'],
  ] as const) {
    test(`a session ${why} leads to the sign-in page, and back from there`, async ({ page, partner, sql }) => {
      await page.goto('/connections?show=active')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connections')
      await sql(statement, [partner.userId])
      await page.reload()
      await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent('/connections?show=active')}`)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
    })
  }
})

test('someone who is in no workspace any more is offered to make one', async ({ page, partner, sql }) => {
  await page.goto('/connections')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connections')
  await sql('DELETE FROM membership WHERE user_id = $1', [partner.userId])
  await page.reload()
  await expect(page).toHaveURL('/workspaces')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are not in a workspace yet')
})

test.describe('the way back', () => {
  test('leads to the page that was asked for', async ({ page }) => {
    await page.goto('/connections?show=disconnected')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
    await signInAs(page, 'Ben Larsen')
    await expect(page).toHaveURL('/connections?show=disconnected')
  })

  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/%2f%2fevil.example',
    '/.//evil.example',
    '/..//evil.example',
    '@evil.example',
    '//evil.example@localhost',
    '/%5cevil.example',
    '/\u2044evil.example',
    '/connections\r\nLocation: https://evil.example',
    '/api/auth/callback/oidc',
    '/sign-out',
  ]

  test('is never another host, whatever the address says', async ({ context, partner }) => {
    for (const next of elsewhere) {
      const query = new URLSearchParams({ next })
      const answer = await context.request.get(`/sign-in?${query}`, { maxRedirects: 0 })
      expect([303, 307], `${partner.workspace} ${next}`).toContain(answer.status())
      expect(new URL(answer.headers().location ?? '', origins.app).href, next).toBe(`${origins.app}/connections`)
    }
  })

  test('is never another host after the provider either', async ({ page }) => {
    await page.goto(`/sign-in?${new URLSearchParams({ next: '//evil.example/x' })}`)
    await signInAs(page, 'Ben Larsen')
    await expect(page).toHaveURL('/connections')
  })
})

test('two tabs that begin to sign in each end where they were to lead', async ({ page, context }) => {
  await page.goto('/sign-in?next=%2Freliability')
  await leaveForProvider(page)
  await expect(page.getByRole('button', { name: 'Continue as Ben Larsen' })).toBeVisible()
  const second = await context.newPage()
  await second.goto('/sign-in?next=%2Fconnections%3Fshow%3Dactive')
  await leaveForProvider(second)
  await second.getByRole('button', { name: 'Continue as Ben Larsen' }).click()
  await expect(second).toHaveURL('/connections?show=active')
  await page.getByRole('button', { name: 'Continue as Ben Larsen' }).click()
  await expect(page).toHaveURL('/reliability')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Reliability')
})

test('after an idle half-hour one click signs in again: the provider knows who it is', async ({ page, sql }) => {
  await page.goto('/reliability')
  await signInAs(page, 'Ben Larsen')
  await expect(page).toHaveURL('/reliability')
  await sql(`UPDATE session SET last_seen_at = now() - interval '31 minutes'
    WHERE user_id IN (SELECT id FROM partner_user WHERE email = 'ben@partner.example')`)
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
  await leaveForProvider(page)
  await expect(page).toHaveURL('/reliability')
})

test('on the loopback, whose ports share their cookies, every cookie of a session carries the port', async ({
  page,
  context,
}) => {
  await page.goto('/sign-in')
  await signInAs(page, 'Ben Larsen')
  await page.waitForURL('**/connections')
  const { port } = new URL(origins.app)
  const names = (await context.cookies(origins.app)).map(({ name }) => name)
  // The theme, the sidebar and the time zone are the browser's, whichever dashboard it shows.
  const own = names.filter((name) => name.startsWith('pd.') && !/^pd\.(theme|sidebar|zone)$/.test(name))
  expect(own).toContain(`pd.${port}.session`)
  expect(own.filter((name) => !name.startsWith(`pd.${port}.`))).toEqual([])
})

test('signing in works without JavaScript', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: origins.app, javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await signInAs(page, 'Ben Larsen')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connections')
  await context.close()
})
