import { createHash } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { origins, productEnvironment } from './origins'
import { ownCookie } from './own-cookie'
import { sandbox } from './sandbox'

// Leaving for Airwallex and coming back: what the addresses, cookies and answers of that way hold, and what they do not.

const connectButton = (page: Page) => page.getByRole('button', { name: 'Connect to Airwallex' }).first()

/** Leaves for Airwallex and gives the authorization request that the browser was sent to. */
async function leave(page: Page, button = connectButton(page)): Promise<URL> {
  const request = page.waitForRequest((request) => request.url().startsWith(`${origins.sandbox}/oauth/authorize`))
  await button.click()
  const url = new URL((await request).url())
  await page.waitForURL(`${origins.sandbox}/oauth/**`)
  return url
}

test('the authorization request carries everything that RFC 6749 and 7636 ask for, and nothing twice', async ({
  page,
  partner,
}) => {
  await page.goto('/connections')
  const { searchParams } = await leave(page)
  const environment = productEnvironment()
  expect([...searchParams.keys()].sort(), partner.workspace).toEqual([
    'client_id',
    'code_challenge',
    'code_challenge_method',
    'redirect_uri',
    'response_type',
    'scope',
    'state',
  ])
  expect(searchParams.get('response_type')).toBe('code')
  expect(searchParams.get('client_id')).toBe(environment.AIRWALLEX_CLIENT_ID)
  expect(searchParams.get('redirect_uri')).toBe(`${origins.app}/api/airwallex/callback`)
  expect(searchParams.get('scope')).toBe(environment.AIRWALLEX_SCOPES)
  expect(searchParams.get('code_challenge_method')).toBe('S256')
  expect(searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
  expect(searchParams.get('state')).toMatch(/^[\w-]{43,}$/)
})

test('each attempt has a state and a challenge of its own, and its verifier is in no page and no cookie', async ({
  page,
  context,
  partner,
}) => {
  const html: string[] = []
  page.on('response', async (response) => {
    if (response.url().startsWith(origins.app)) html.push(await response.text().catch(() => ''))
  })
  await page.goto('/connections')
  const first = await leave(page)
  await page.goto('/connections')
  const second = await leave(page)
  await page.goto('/connections')
  for (const name of ['state', 'code_challenge']) {
    expect(first.searchParams.get(name), partner.workspace).not.toBe(second.searchParams.get(name))
  }
  const challenges = [first, second].map((url) => url.searchParams.get('code_challenge'))
  const cookies = (await context.cookies(origins.app)).map(({ value }) => value)
  expect(cookies.length).toBeGreaterThan(2)
  // A verifier is what hashes to the challenge: every text that could be one is tried.
  const candidates = [...cookies, ...html].flatMap((text) => text.match(/[\w.~-]{43,}/g) ?? []).flatMap(windows)
  expect(candidates.length).toBeGreaterThan(2)
  expect(candidates.filter((text) => challenges.includes(s256(text)))).toEqual([])
})

const s256 = (text: string) => createHash('sha256').update(text).digest('base64url')

/** Every stretch of 43 characters: 32 bytes in base64url. */
const windows = (text: string) =>
  Array.from({ length: Math.min(text.length, 4_000) - 42 }, (_, start) => text.slice(start, start + 43))

test('two tabs at once both connect', async ({ page, context, partner, account, consent, connectionId }) => {
  const another = await sandbox.createAccount(`Second of ${account.name}`)
  const secondTab = await context.newPage()
  await page.goto('/connections')
  await secondTab.goto('/connections')
  await leave(page)
  await leave(secondTab)
  await consent(secondTab, another)
  await secondTab.waitForURL(/\/connect\/result\//)
  await consent(page, account)
  await page.waitForURL(/\/connect\/result\//)
  for (const tab of [page, secondTab]) {
    await expect(tab.getByRole('heading', { level: 1 })).toHaveText(/ is connected$/)
  }
  expect(await connectionId(partner, account)).not.toBe(await connectionId(partner, another))
  expect((await context.cookies(origins.app)).filter(({ name }) => name.includes('oauth'))).toEqual([])
})

test('"No Airwallex account yet?" opens one there and ends connected', async ({ page, partner, sql }) => {
  await page.goto('/connections')
  const request = await leave(page, page.getByRole('button', { name: 'No Airwallex account yet?' }).first())
  expect(request.searchParams.get('sign_up')).toBe('true')
  await page.getByLabel('Business name').fill('Founded Today Limited')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.waitForURL(/\/connect\/result\//)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/ is connected$/)
  expect(await sql('SELECT 1 FROM connection WHERE workspace_id = $1', [partner.workspaceId])).toHaveLength(1)
})

test('nothing of the callback reaches the history, a Referer or a cache, and it loads nothing', async ({
  page,
  partner,
  account,
  consent,
}) => {
  const requests: { url: string; referer: string }[] = []
  page.on('request', (request) => {
    requests.push({ url: request.url(), referer: request.headers().referer ?? '' })
  })
  const callback = page.waitForResponse(/\/api\/airwallex\/callback\?/)
  await page.goto('/connections')
  await leave(page)
  await consent(page, account)
  const answer = await callback
  await page.waitForURL(/\/connect\/result\//)
  await page.getByRole('link', { name: 'View connection' }).click()
  await page.waitForURL(/\/connections\//)

  expect(answer.status(), partner.workspace).toBe(303)
  const headers = await answer.allHeaders()
  expect(headers['referrer-policy']).toBe('no-referrer')
  expect(headers['cache-control']).toContain('no-store')
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(headers.location).toMatch(new RegExp(`^${origins.app}/connect/result/[0-9a-f-]{36}$`))
  expect(headers['set-cookie']).toMatch(new RegExp(`${ownCookie('oauth')}\\.[0-9a-f-]{36}=;.*Max-Age=0`, 'i'))
  expect(requests.filter(({ referer }) => /code=|state=/.test(referer))).toEqual([])
  const after = requests.findIndex(({ url }) => url.includes('/api/airwallex/callback'))
  expect(requests[after + 1]?.url).toContain('/connect/result/')
  const entries = await page.evaluate(() => performance.getEntries().map(({ name }) => name))
  expect(entries.filter((name) => /code=|state=/.test(name))).toEqual([])
  for (let back = 0; back < 2; back += 1) {
    await page.goBack()
    expect(page.url()).not.toMatch(/code=|state=/)
  }
})

test('a result that is opened while the code is exchanged says so each time, and goes on by itself', async ({
  page,
  context,
  partner,
  account,
  consent,
  sql,
}) => {
  await page.goto('/connections')
  await leave(page)
  await sandbox.addFault({
    kind: 'delay_before',
    delayMs: 8_000,
    match: { endpoint: 'token', grantType: 'authorization_code', accountId: account.id },
  })
  // Not awaited yet: its last click ends with the answer of the callback.
  const returned = consent(page, account)
  const consumed = () =>
    sql<{ id: string }>(
      'SELECT id FROM pending_authorization WHERE workspace_id = $1 AND consumed_at IS NOT NULL AND outcome IS NULL',
      [partner.workspaceId],
    )
  await expect.poll(async () => (await consumed()).length).toBe(1)
  const [pending] = await consumed()
  // Each in a tab of its own: the page reloads itself, which would cut a reload of ours short.
  const tabs = [await context.newPage(), await context.newPage()]
  const heading = (tab: Page) => tab.getByRole('heading', { level: 1 })
  for (const tab of tabs) {
    await tab.goto(`/connect/result/${pending?.id}`)
    await expect(heading(tab)).toHaveText('Finishing')
  }
  for (const tab of tabs) await expect(heading(tab)).toHaveText(/ is connected$/, { timeout: 15_000 })
  await returned
  await page.waitForURL(`**/connect/result/${pending?.id}`)
})

test('connecting works without JavaScript', async ({ browser, signIn, account, consent, connectionId }) => {
  const context = await browser.newContext({ baseURL: origins.app, javaScriptEnabled: false })
  const partner = await signIn(context)
  const page = await context.newPage()
  await page.goto('/connections')
  await connectButton(page).click()
  await consent(page, account)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/ is connected$/)
  await page.getByRole('link', { name: 'View connection' }).click()
  await expect(page).toHaveURL(`/connections/${await connectionId(partner, account)}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await context.close()
})
