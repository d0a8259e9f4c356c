import type { Page } from '@playwright/test'
import type { CallbackOutcome } from '@/lib/authorization/outcomes'
import { expect, test } from './fixtures'
import { origins } from './origins'
import { sandbox } from './sandbox'

// One story for each way a callback can end.

const TITLES: Readonly<Record<CallbackOutcome, string>> = {
  connected: '{account} is connected',
  already_connected: '{account} is already connected',
  reauthorized: '{account} is reauthorized',
  denied_by_user: 'Access was not granted',
  expired: 'This authorization expired',
  state_unknown_or_used: 'This link from Airwallex is no longer valid',
  wrong_browser: 'You started this in another browser',
  signed_out: 'You were signed out',
  not_allowed: 'Your role no longer allows this',
  different_account: 'You chose a different account',
  connected_elsewhere: 'This account cannot be connected here',
  authorization_error: 'Airwallex returned an error',
  airwallex_unavailable: 'Airwallex did not answer',
  exchange_failed: 'The authorization could not be finished',
}

async function expectOutcome(page: Page, outcome: CallbackOutcome, account = 'The account') {
  await page.waitForURL(/\/connect\/result\/[a-z0-9_-]+$/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLES[outcome].replace('{account}', account))
  // Nothing of the callback is left behind for a history, a referrer or a screenshot.
  expect(page.url()).not.toMatch(/code=|state=/)
}

const begin = async (page: Page) => {
  await page.goto('/connections')
  await page.getByRole('button', { name: 'Connect to Airwallex' }).first().click()
  await page.waitForURL(`${origins.sandbox}/oauth/**`)
}

/** Stops at the callback, and gives its address instead of visiting it. */
async function interceptCallback(page: Page): Promise<() => Promise<string>> {
  const pattern = '**/oauth/consent'
  let caught: (link: string) => void
  const link = new Promise<string>((resolve) => {
    caught = resolve
  })
  await page.route(pattern, async (route) => {
    if (!/action=(allow|deny)/.test(route.request().postData() ?? '')) return route.continue()
    const answer = await route.fetch({ maxRedirects: 0 })
    caught(answer.headers().location ?? '')
    return route.fulfill({ status: 200, contentType: 'text/plain', body: 'intercepted' })
  })
  return async () => {
    const address = await link
    await page.unroute(pattern)
    expect(address).toContain('/api/airwallex/callback?')
    return address
  }
}

const exchanges = async (accountId: string) =>
  (await sandbox.journalOf(accountId)).filter((entry) => entry.grantType === 'authorization_code').length

test('connected: names the account and the workspace and leads to the connection', async ({
  page,
  partner,
  account,
  connect,
}) => {
  await connect(page, account)
  await expect(page.getByRole('definition').filter({ hasText: account.id })).toBeVisible()
  await expect(page.getByRole('definition').filter({ hasText: partner.workspace })).toBeVisible()
  // Its name is read from Airwallex beside this answer.
  await page.reload()
  await expectOutcome(page, 'connected', account.name)
  await page.getByRole('link', { name: 'View connection' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(account.name)
  expect(await exchanges(account.id)).toBe(1)
})

test('already_connected: connecting the same account again keeps its connection', async ({
  page,
  partner,
  account,
  connect,
  connectionId,
}) => {
  await connect(page, account)
  const before = await connectionId(partner, account)
  await connect(page, account)
  await expectOutcome(page, 'already_connected', account.name)
  expect(await connectionId(partner, account)).toBe(before)
})

test('reauthorized: the same account consents again', async ({
  page,
  connected: { id, account },
  partner,
  consent,
  connectionId,
}) => {
  await page.goto(`/connections/${id}/reauthorize`)
  await page.getByRole('button', { name: 'Reauthorize' }).click()
  await consent(page, account)
  await expectOutcome(page, 'reauthorized', account.name)
  expect(await connectionId(partner, account)).toBe(id)
})

test('denied_by_user: says that nothing was connected and offers another try', async ({
  page,
  partner,
  account,
  connect,
  sql,
}) => {
  await connect(page, account, { answer: 'Deny' })
  await expectOutcome(page, 'denied_by_user')
  expect(await sql('SELECT 1 FROM connection WHERE workspace_id = $1', [partner.workspaceId])).toEqual([])
  await page.getByRole('button', { name: 'Connect to Airwallex' }).click()
  await page.waitForURL(`${origins.sandbox}/oauth/**`)
})

test('expired: an attempt older than ten minutes is refused before anything is sent', async ({
  page,
  partner,
  account,
  consent,
  sql,
}) => {
  await begin(page)
  await sql(
    `UPDATE pending_authorization SET expires_at = clock_timestamp() - interval '1 second' WHERE workspace_id = $1`,
    [partner.workspaceId],
  )
  await consent(page, account)
  await expectOutcome(page, 'expired')
  expect(await exchanges(account.id)).toBe(0)
})

test('state_unknown_or_used: a forged return changes nothing and echoes nothing', async ({ page, partner, sql }) => {
  await page.goto('/api/airwallex/callback?code=forged-code&state=forged-state')
  await expectOutcome(page, 'state_unknown_or_used')
  expect(await page.content()).not.toContain('forged')
  expect(await sql('SELECT 1 FROM pending_authorization WHERE workspace_id = $1', [partner.workspaceId])).toEqual([])
})

test('wrong_browser: someone else who follows the return link connects nothing for its sender', async ({
  page,
  partner,
  account,
  consent,
  somebodyElse,
  sql,
}) => {
  await begin(page)
  const callback = await interceptCallback(page)
  await consent(page, account)
  const link = await callback()

  const { partner: victim, page: theirs } = await somebodyElse()
  await theirs.goto(link)
  await expectOutcome(theirs, 'wrong_browser')
  expect(await exchanges(account.id)).toBe(0)
  expect(
    await sql('SELECT 1 FROM connection WHERE workspace_id = ANY($1)', [[partner.workspaceId, victim.workspaceId]]),
  ).toEqual([])
})

test('signed_out: a session that ended at Airwallex is not continued', async ({
  page,
  partner,
  account,
  consent,
  sql,
}) => {
  await begin(page)
  await sql('DELETE FROM session WHERE user_id = $1', [partner.userId])
  await consent(page, account)
  await expectOutcome(page, 'signed_out')
  await expect(page.getByRole('link', { name: /sign in/i }).first()).toBeVisible()
  expect(await exchanges(account.id)).toBe(0)
})

test('not_allowed: a role lowered meanwhile connects nothing', async ({ page, partner, account, consent, sql }) => {
  await begin(page)
  await sql(`UPDATE membership SET role = 'viewer' WHERE user_id = $1`, [partner.userId])
  await consent(page, account)
  await expectOutcome(page, 'not_allowed')
  expect(await exchanges(account.id)).toBe(0)
})

test('different_account: a reauthorization with another account leaves the connection as it is', async ({
  page,
  connected: { id, account },
  consent,
  sql,
}) => {
  const another = await sandbox.createAccount(`Another of ${account.name}`)
  await page.goto(`/connections/${id}/reauthorize`)
  await page.getByRole('button', { name: 'Reauthorize' }).click()
  await consent(page, another)
  await expectOutcome(page, 'different_account', account.name)
  expect(await sql('SELECT grant_no, status FROM credential WHERE connection_id = $1', [id])).toEqual([
    { grant_no: 1, status: 'active' },
  ])
})

test('connected_elsewhere: an account of another workspace is refused without a hint of who holds it', async ({
  page,
  partner,
  account,
  connect,
  somebodyElse,
  sql,
}) => {
  await connect(page, account)
  const { partner: second, page: theirs } = await somebodyElse()
  await connect(theirs, account)
  await expectOutcome(theirs, 'connected_elsewhere')
  const html = await theirs.content()
  for (const hint of [partner.workspace, partner.workspaceId, partner.userId]) expect(html).not.toContain(hint)
  expect(await sql('SELECT 1 FROM connection WHERE workspace_id = $1', [second.workspaceId])).toEqual([])
})

test('authorization_error: an error of Airwallex is told in our words', async ({
  page,
  partner,
  account,
  consent,
  sql,
}) => {
  await begin(page)
  const callback = await interceptCallback(page)
  await consent(page, account, { answer: 'Deny' })
  const link = new URL(await callback())
  link.searchParams.set('error', 'server_error')
  link.searchParams.set('error_description', 'upstream words <b>that no one asked for</b>')
  await page.goto(link.href)
  await expectOutcome(page, 'authorization_error')
  expect(await page.content()).not.toContain('upstream words')
  expect(await sql('SELECT 1 FROM connection WHERE workspace_id = $1', [partner.workspaceId])).toEqual([])
})

test('airwallex_unavailable: a request that was turned away unprocessed says so', async ({
  page,
  partner,
  account,
  consent,
  sql,
}) => {
  await begin(page)
  await sandbox.addFault({
    kind: 'status',
    status: 429,
    match: { endpoint: 'token', grantType: 'authorization_code', accountId: account.id },
  })
  await consent(page, account)
  await expectOutcome(page, 'airwallex_unavailable')
  expect(await exchanges(account.id)).toBe(1)
  expect(await sql('SELECT 1 FROM connection WHERE workspace_id = $1', [partner.workspaceId])).toEqual([])
})

test('exchange_failed: a refused code ends the attempt', async ({ page, partner, account, consent, sql }) => {
  await begin(page)
  await sandbox.addFault({
    kind: 'status',
    status: 400,
    error: 'invalid_grant',
    match: { endpoint: 'token', grantType: 'authorization_code', accountId: account.id },
  })
  await consent(page, account)
  await expectOutcome(page, 'exchange_failed')
  expect(await sql('SELECT 1 FROM connection WHERE workspace_id = $1', [partner.workspaceId])).toEqual([])
})

test('exchange_failed: a code whose answer was lost is never sent again', async ({
  page,
  partner,
  account,
  consent,
  sql,
}) => {
  await begin(page)
  await sandbox.addFault({
    kind: 'drop_after',
    match: { endpoint: 'token', grantType: 'authorization_code', accountId: account.id },
  })
  await consent(page, account)
  await expectOutcome(page, 'exchange_failed')
  expect(await exchanges(account.id)).toBe(1)
  expect(await sql('SELECT 1 FROM connection WHERE workspace_id = $1', [partner.workspaceId])).toEqual([])
})

test('a return visited twice shows the same outcome and exchanges once', async ({
  page,
  partner,
  account,
  consent,
}) => {
  await begin(page)
  const callback = await interceptCallback(page)
  await consent(page, account)
  const link = await callback()
  await page.goto(link)
  await page.waitForURL(/\/connect\/result\//)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/ is connected$/)
  const result = page.url()
  await page.goto(link)
  await page.waitForURL(result)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/ is connected$/)
  expect(await exchanges(account.id), partner.workspace).toBe(1)
})
