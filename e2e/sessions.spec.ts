import { randomUUID } from 'node:crypto'
import type { Browser } from '@playwright/test'
import { expect, test } from './fixtures'
import { mailTo } from './mailbox'
import { origins } from './origins'
import { ownCookie } from './own-cookie'
import { menu } from './provider'

/** Signs the same address in, in a browser of its own. */
async function signInByLink(browser: Browser, address: string, userAgent?: string) {
  const context = await browser.newContext({ baseURL: origins.app, ...(userAgent && { userAgent }) })
  const page = await context.newPage()
  const earlier = await linksTo(address)
  await page.goto('/sign-in')
  await page.getByLabel('Email address').fill(address)
  await page.getByRole('button', { name: 'Email me a link' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'on its way' })).toBeVisible()
  // Another than those that were there: an earlier one is used up.
  const sent = async () => (await linksTo(address)).find((link) => !earlier.includes(link))
  await expect.poll(sent).toBeTruthy()
  await page.goto((await sent()) ?? '')
  await page.waitForURL('**/connections')
  return { context, page }
}
type Mail = { readonly to: string[]; readonly subject: string; readonly links: string[] }
const allTo = async (address: string) => {
  const mails = (await (await fetch(`${origins.sandbox}/control/mail`)).json()) as Mail[]
  return mails.filter(({ to }) => to.includes(address))
}
const linksTo = async (address: string) =>
  (await allTo(address)).flatMap(({ links }) => links).filter((link) => link.includes('/api/auth/link'))
/** What each is, the newest first. */
const mailsTo = async (address: string) => (await allTo(address)).map(({ subject }) => subject.replace(/ to .*/, ''))
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

test('someone sees where they are signed in and signs another browser out, which takes effect at its next click', async ({
  browser,
}) => {
  const address = `sessions-${randomUUID()}@partner.example`
  const here = await signInByLink(browser, address)
  const there = await signInByLink(browser, address, IPHONE)
  await menu(here.page, 'account and theme').click()
  await here.page.getByRole('link', { name: 'Your account' }).click()
  await expect(here.page.getByRole('heading', { name: 'Where you are signed in' })).toBeVisible()
  const rows = here.page.getByRole('listitem').filter({ hasText: 'Signed in' })
  await expect(rows).toHaveCount(2)
  await expect(rows.first()).toContainText('This browser')
  await expect(rows.last()).toContainText('Safari on iPhone')
  await expect(rows.last()).toContainText(/at (127\.0\.0\.1|::1)/)

  await here.page.getByRole('button', { name: /^Sign out Safari on iPhone/ }).click()
  await expect(here.page.getByText('That browser is signed out.')).toBeVisible()
  await expect(rows).toHaveCount(1)
  await there.page.reload()
  await expect(there.page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
  await here.page.reload()
  await expect(here.page.getByRole('heading', { level: 1 })).toHaveText('Your account')
  for (const { context } of [here, there]) await context.close()
})

test('signing out everywhere else leaves this browser alone', async ({ browser }) => {
  const address = `sessions-${randomUUID()}@partner.example`
  const others = [await signInByLink(browser, address), await signInByLink(browser, address)]
  const here = await signInByLink(browser, address)
  await here.page.goto('/account')
  await here.page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(here.page.getByText('Every other browser is signed out.')).toBeVisible()
  for (const { page, context } of others) {
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
    await context.close()
  }
  await here.context.close()
})

test('someone in no workspace sees where they are signed in, and signs another browser out', async ({
  page,
  partner,
  sql,
}) => {
  await signInAgain(sql, partner.userId)
  await sql('DELETE FROM membership WHERE user_id = $1', [partner.userId])
  await page.goto('/connections')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are not in a workspace yet')
  await page.getByRole('link', { name: 'Your account' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account')
  await expect(page.getByRole('navigation')).toHaveCount(0)
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(page.getByText('Every other browser is signed out.')).toBeVisible()
  expect(await sql('SELECT 1 FROM session WHERE user_id = $1', [partner.userId])).toHaveLength(1)
  await page.getByRole('link', { name: 'Your workspaces' }).click()
  await expect(page).toHaveURL('/workspaces')
})

test('no one signs someone else out', async ({ page, partner, somebodyElse, sql }) => {
  const { partner: victim } = await somebodyElse()
  const [theirs] = await sql<{ id: string }>('SELECT id FROM session WHERE user_id = $1', [victim.userId])
  await signInAgain(sql, partner.userId)
  await page.goto('/account')
  await page
    .locator('input[name=sessionId]')
    .first()
    .evaluate((field, id) => field.setAttribute('value', id), theirs?.id ?? '')
  await page
    .getByRole('button', { name: /^Sign out / })
    .last()
    .click()
  await expect(page.getByText('That browser is signed out.')).toBeVisible()
  expect(await sql('SELECT 1 FROM session WHERE user_id = $1', [victim.userId])).toHaveLength(1)
})

/** A second session of someone, as another browser would have one. */
const signInAgain = (sql: (text: string, values: unknown[]) => Promise<unknown>, userId: string) =>
  sql(
    `INSERT INTO session (id, session_token, user_id, expires) VALUES (gen_random_uuid(), gen_random_uuid()::text, $1, now() + interval '1 hour')`,
    [userId],
  )

test('a sign-in with another browser is told by mail, once', async ({ browser }) => {
  const address = `devices-${randomUUID()}@partner.example`
  const first = await signInByLink(browser, address)
  const phone = await signInByLink(browser, address, IPHONE)
  await expect.poll(() => mailsTo(address)).toEqual(['New sign-in', 'Your link', 'Your link'])
  const mail = await mailTo(address)
  expect(mail.subject).toMatch(/^New sign-in to localhost/)
  expect(mail.links).toEqual([`${origins.app}/account`])

  await phone.context.clearCookies({ name: ownCookie('session') })
  await phone.page.goto('/sign-in')
  await phone.page.getByLabel('Email address').fill(address)
  await phone.page.getByRole('button', { name: 'Email me a link' }).click()
  await expect.poll(async () => (await mailsTo(address)).filter((subject) => subject === 'Your link').length).toBe(3)
  await phone.page.goto((await mailTo(address)).links[0] ?? '')
  await phone.page.waitForURL('**/connections')
  expect((await mailsTo(address)).filter((subject) => subject === 'New sign-in')).toHaveLength(1)
  for (const { context } of [first, phone]) await context.close()
})
