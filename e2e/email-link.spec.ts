import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { signInCopy } from '@/app/sign-in/sign-in-copy'
import { expect, test } from './fixtures'
import { mailTo } from './mailbox'
import { logFile, origins } from './origins'

const COPY = signInCopy('Demo Directory')
const ON_ITS_WAY = 'If this email address can sign in, a link is on its way'
const somebody = (domain = 'partner.example') => `link-${randomUUID()}@${domain}`

async function askForLink(page: Page, address: string, path = '/sign-in') {
  await page.goto(path)
  await page.getByLabel('Email address').fill(address)
  await page.getByRole('button', { name: 'Email me a link' }).click()
  await expect(page.getByText(ON_ITS_WAY)).toBeVisible()
}
const linkTo = async (address: string) => (await mailTo(address)).links[0] ?? ''

test('a link signs in at once in the browser that asked for it, and back to the page asked for', async ({ page }) => {
  const address = somebody()
  await askForLink(page, address, '/sign-in?next=%2Fconnections%3Fshow%3Dactive')
  await page.goto(await linkTo(address))
  await expect(page).toHaveURL('/connections?show=active')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connections')
})

test('in another browser it waits for a click and says whom it signs in', async ({ page, browser }) => {
  const address = somebody()
  await askForLink(page, address)
  const context = await browser.newContext({ baseURL: origins.app })
  const other = await context.newPage()
  await other.goto(await linkTo(address))
  await expect(other).toHaveURL('/sign-in/link')
  await expect(other.getByText('This link was asked for in another browser.')).toBeVisible()
  await expect(other.getByText(address)).toBeVisible()
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Connections')
  await context.close()
})

test('the older of two links that were asked for in one browser signs in there at once', async ({ page }) => {
  const [first, second] = [somebody(), somebody()]
  for (const address of [first, second]) await askForLink(page, address)
  await page.goto(await linkTo(first))
  await expect(page).toHaveURL('/connections')
})

test('a click signs in the person whom the page names, or no one: not one whose link was opened in another tab', async ({
  page,
  browser,
  sql,
}) => {
  const [named, other] = [somebody(), somebody()]
  for (const address of [named, other]) await askForLink(page, address)
  const context = await browser.newContext({ baseURL: origins.app })
  const tab = await context.newPage()
  await tab.goto(await linkTo(named))
  await expect(tab.getByText(named)).toBeVisible()
  const another = await context.newPage()
  await another.goto(await linkTo(other))
  await expect(another.getByText(other)).toBeVisible()

  await tab.getByRole('button', { name: 'Sign in' }).click()
  await expect(tab.getByText(COPY.link_changed.title)).toBeVisible()
  await expect(tab.getByText(other)).toBeVisible()
  const sessions = () =>
    sql('SELECT 1 FROM session s JOIN partner_user u ON u.id = s.user_id WHERE u.email = ANY($1)', [[named, other]])
  expect(await sessions()).toEqual([])
  // Opened once more, the link that was meant works.
  await tab.goto(await linkTo(named))
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await expect(tab).toHaveURL('/connections')
  await context.close()
})

test('scanners and previews that look at it do not use it up; it works once', async ({ page, browser, request }) => {
  const address = somebody()
  await askForLink(page, address)
  const link = await linkTo(address)
  for (let i = 0; i < 3; i += 1) {
    await request.head(link)
    await request.get(link)
    await request.get(link, { headers: { 'user-agent': 'Mozilla/5.0 (compatible; MailScanner)' } })
  }
  await page.goto(link)
  await expect(page).toHaveURL('/connections')

  const context = await browser.newContext({ baseURL: origins.app })
  const second = await context.newPage()
  await second.goto(link)
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('This link cannot be used')
  await second.getByRole('link', { name: 'Go to the sign-in page' }).click()
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Sign in')
  await context.close()
})

test('a link that went out of date while its page was open says so', async ({ page, browser, sql }) => {
  const address = somebody()
  await askForLink(page, address)
  const context = await browser.newContext({ baseURL: origins.app })
  const other = await context.newPage()
  await other.goto(await linkTo(address))
  await expect(other.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await sql('UPDATE sign_in_link SET expires_at = now() WHERE address = $1', [address])
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(other.getByText(COPY.link_over.title)).toBeVisible()
  await other.goto(await linkTo(address))
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('This link cannot be used')
  await context.close()
})

test('a stranger sees the same answer and gets no mail', async ({ page, sql }) => {
  const stranger = somebody('stranger.example')
  const known = somebody()
  await askForLink(page, stranger)
  const answer = await page.getByRole('status').filter({ hasText: ON_ITS_WAY }).innerText()
  await askForLink(page, known)
  expect((await page.getByRole('status').filter({ hasText: ON_ITS_WAY }).innerText()).replace(known, '')).toBe(
    answer.replace(stranger, ''),
  )
  // Asked for later and there already: the stranger's would be too.
  await linkTo(known)
  const mails = (await (await fetch(`${origins.sandbox}/control/mail`)).json()) as { to: string[] }[]
  expect(mails.filter(({ to }) => to.includes(stranger))).toEqual([])
  expect(await sql('SELECT 1 FROM sign_in_link WHERE address = $1', [stranger])).toEqual([])
})

test('an address with a sign that is rare in addresses gets its link, and stays in the field', async ({ page }) => {
  const address = `ops&fin-${randomUUID()}@partner.example`
  await askForLink(page, address)
  await expect(page.getByLabel('Email address')).toHaveValue(address)
  await page.goto(await linkTo(address))
  await expect(page).toHaveURL('/connections')
})

test('an address that is none is told at its field', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByLabel('Email address').fill('not an address')
  await page.getByRole('button', { name: 'Email me a link' }).click()
  await expect(page.getByText('This is not an email address.')).toBeVisible()
  await expect(page.getByLabel('Email address')).toHaveValue('not an address')
  await expect(page.getByLabel('Email address')).toBeFocused()
})

test('it works without JavaScript, with a click', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: origins.app, javaScriptEnabled: false })
  const page = await context.newPage()
  const address = somebody()
  await askForLink(page, address)
  await page.goto(await linkTo(address))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connections')
  await context.close()
})

test('its token stands in no page, no referrer, no history and no log', async ({ page, browser }) => {
  const address = somebody()
  await askForLink(page, address)
  const link = await linkTo(address)
  const token = new URL(link).searchParams.get('token') ?? ''
  expect(token).toHaveLength(43)
  const context = await browser.newContext({ baseURL: origins.app })
  const other = await context.newPage()
  const referrers: string[] = []
  other.on('request', (sent) => referrers.push(sent.headers().referer ?? ''))
  await other.goto(link)
  expect(await other.content()).not.toContain(token)
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(other).toHaveURL('/connections')
  expect(referrers.length).toBeGreaterThan(1)
  expect(referrers.join()).not.toContain(token)
  expect(await other.evaluate(() => JSON.stringify(performance.getEntries()))).not.toContain(token)
  await other.goBack()
  expect(other.url()).not.toContain(token)
  expect(readFileSync(logFile(), 'utf8')).not.toContain(token)
  await context.close()
})
