import type { Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { ownCookie } from './own-cookie'
import { leaveForProvider, signInAs, signOut } from './provider'

// With the back/forward cache, which Playwright turns off unless told otherwise.
test.use({
  launchOptions: async ({ launchOptions }, use) => {
    await use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
  },
})

/** Nothing of a workspace in the document: neither what is shown nor what came along with it. */
async function expectNothingOf(page: Page, ...words: string[]) {
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  const html = await page.content()
  for (const word of words) expect(html).not.toContain(word)
}

test('after signing out, Back shows nothing of the workspace', async ({ page, partner, seeded }) => {
  const { account } = await seeded(partner)
  await page.goto('/connections')
  await page.getByRole('link', { name: account.id }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(account.id)
  await signOut(page)
  await page.goBack()
  await expectNothingOf(page, account.id, account.name, partner.workspace)
  await page.goBack()
  await expectNothingOf(page, account.id, account.name, partner.workspace)
})

test('after signing out in another tab, neither Back nor a click shows anything of the workspace', async ({
  page,
  context,
  partner,
  seeded,
}) => {
  const { account } = await seeded(partner)
  await page.goto('/connections')
  await expect(page.getByRole('link', { name: account.id })).toBeVisible()
  await page.goto('/sign-in?next=/connections')
  await page.waitForURL('**/connections')
  await page.goto('about:blank')
  const other = await context.newPage()
  await other.goto('/connections')
  await signOut(other)
  await page.goBack()
  await expectNothingOf(page, account.id, account.name, partner.workspace)
})

test('signing out ends the session, clears the cookie and tells the browser to forget', async ({
  page,
  context,
  partner,
  sql,
}) => {
  await page.goto('/connections')
  const answered = page.waitForResponse('**/sign-out')
  await signOut(page)
  const answer = await answered
  expect(answer.status()).toBe(303)
  expect((await answer.allHeaders())['clear-site-data']).toBe('"cache", "storage"')
  expect((await context.cookies()).filter(({ name }) => name.includes('session'))).toEqual([])
  expect(await sql('SELECT 1 FROM session WHERE user_id = $1', [partner.userId])).toEqual([])
})

for (const atProvider of ['Sign out', 'Stay signed in'] as const) {
  test(`signing out leads on to the provider; after “${atProvider}” there, the next person at this computer is asked`, async ({
    page,
  }) => {
    await page.goto('/')
    await signInAs(page, 'Ben Larsen')
    await page.waitForURL('**/connections')
    await signOut(page, atProvider)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
    await leaveForProvider(page)
    await expect(page.getByRole('button', { name: 'Continue as Ada Okafor' })).toBeVisible()
  })
}

test('signing out at the provider ends its session: another dashboard asks who it is, too', async ({
  page,
  context,
}) => {
  await page.goto('/')
  await signInAs(page, 'Ben Larsen')
  await page.waitForURL('**/connections')
  await signOut(page, 'Sign out')
  // As in an application that knows nothing of the one that was signed out of.
  await context.clearCookies({ name: ownCookie('sign-in.ask') })
  await leaveForProvider(page)
  await expect(page.getByRole('button', { name: 'Continue as Ada Okafor' })).toBeVisible()
})

test('the way on to the provider is for someone who is signed out: it leads everyone else home', async ({
  page,
  partner,
}) => {
  await page.goto('/sign-out/provider')
  await expect(page, partner.name).toHaveURL('/connections')
})

test('signing out is a form of our own pages and nothing else', async ({ context, partner, sql }) => {
  const forged = [{}, { origin: 'https://evil.example' }, { origin: 'null' }]
  for (const headers of forged) {
    const answer = await context.request.post('/sign-out', { headers, maxRedirects: 0 })
    expect(answer.status(), JSON.stringify(headers)).toBe(403)
  }
  expect((await context.request.get('/sign-out', { maxRedirects: 0 })).status()).toBe(405)
  expect(await sql('SELECT 1 FROM session WHERE user_id = $1', [partner.userId])).toHaveLength(1)
})
