import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { v7 as uuidv7 } from 'uuid'
import { seedLog } from '@/lib/audit/testing/seed-log'
import { LIMITS } from '@/lib/security/limits'
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'
import { origins } from './origins'

// What an owner reads of what was done, and no one else of theirs.

const entries = (page: Page) => page.getByRole('list', { name: 'Entries, newest first' }).getByRole('listitem')

/** As the form on the page posts it. */
const exported = (page: Page, query: string) =>
  page.request.post(`/audit/export${query}`, { headers: { origin: origins.app }, maxRedirects: 0 })
const crossSite = () => ({ origin: origins.app, 'sec-fetch-site': 'cross-site' })

test('the log tells in sentences who did what, on which and from where', async ({
  page,
  partner,
  account,
  connect,
}) => {
  await connect(page, account)
  await page.goto('/audit')
  await expect(entries(page)).toHaveText([
    new RegExp(`^${partner.name} connected ${account.name}.*Chrome on .*(127\\.0\\.0\\.1|::1)`),
    new RegExp(`^${partner.name} came back from Airwallex with consent for ${account.name}`),
    new RegExp(`^${partner.name} went to Airwallex to connect an account`),
  ])
  await expect(entries(page).first().getByRole('time')).toHaveAttribute('title', /20\d\d, \d\d:\d\d:\d\d /)
  await entries(page).first().getByRole('link', { name: account.name }).click()
  await expect(page).toHaveURL(/\/connections\/[-0-9a-f]{36}$/)
  await page.getByRole('link', { name: 'In the audit log' }).click()
  await expect(entries(page)).toHaveText([/ connected /, / consent for /])
})

test('the log is filtered by its address, without JavaScript too', async ({ browser, signIn, seeded, sql }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: origins.app })
  const partner = await signIn(context)
  const [one, two] = [await seeded(partner), await seeded(partner)]
  await seedLog(sql, {
    workspaceId: partner.workspaceId,
    entries: 120,
    userIds: [partner.userId],
    connectionIds: [one.id, two.id],
  })
  const page = await context.newPage()
  await page.goto('/audit')
  await expect(entries(page)).toHaveCount(50)
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(entries(page)).toHaveCount(50)
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(entries(page)).toHaveCount(20)
  await page.getByRole('link', { name: 'Newest' }).click()

  await page.getByRole('combobox', { name: 'What' }).selectOption({ label: 'Disconnected' })
  await page.getByRole('combobox', { name: 'Connection' }).selectOption(one.id)
  await page.getByRole('combobox', { name: 'Who' }).selectOption({ label: 'Airwallex' })
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(page).toHaveURL(`/audit?actor=airwallex&action=connection.disconnected&connection=${one.id}&from=&to=`)
  await expect(entries(page)).not.toHaveCount(0)
  for (const text of await entries(page).allInnerTexts())
    expect(text).toContain(`Airwallex disconnected ${one.account.id}`)

  await page.goto('/audit?from=2020-01-01&to=2020-01-02')
  await expect(page.getByRole('heading', { name: 'No entry matches' })).toBeVisible()
  await page.goto('/audit?from=2020-02-30&action=everything')
  await expect(page.getByRole('alert')).toContainText('The first day must be a date such as 2026-11-23.')
  await expect(page.getByText('There is no such action.').first()).toBeVisible()
  await expect(entries(page)).toHaveCount(0)
  await context.close()
})

test('an entry from before the log was chained is marked on the page', async ({ page, partner, seeded, sql }) => {
  const { id } = await seeded(partner)
  await seedLog(sql, { workspaceId: partner.workspaceId, entries: 1, userIds: [partner.userId], connectionIds: [id] })
  await sql(
    `INSERT INTO audit_event (id, workspace_id, sequence, at, actor_kind, action, outcome, hash)
     VALUES ($2, $1, 0, now() - interval '1 day', 'system', 'workspace.renamed', 'renamed', '')`,
    [partner.workspaceId, uuidv7()],
  )
  await page.goto('/audit')
  await expect(entries(page)).toHaveCount(2)
  await expect(entries(page).nth(0)).not.toContainText('chained')
  await expect(entries(page).nth(1)).toContainText('Recorded before the log was chained')
})

test('the filtered log is exported as CSV and as JSON lines, and the log says so', async ({
  page,
  partner,
  seeded,
  sql,
}) => {
  const { id } = await seeded(partner)
  await sql('UPDATE partner_user SET name = $2 WHERE id = $1', [partner.userId, '=cmd()'])
  await seedLog(sql, { workspaceId: partner.workspaceId, entries: 30, userIds: [partner.userId], connectionIds: [id] })
  await page.goto('/audit?action=connection.disconnected')
  const shown = await entries(page).count()
  async function download(name: string) {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
    expect(await file.failure()).toBeNull()
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
  }
  const csv = await download('Export CSV')
  expect(csv.name).toMatch(/^audit-log-\d{4}-\d\d-\d\d\.csv$/)
  expect(csv.text.trim().split('\r\n')).toHaveLength(1 + shown)
  const lines = await download('Export JSON lines')
  expect(lines.name).toMatch(/\.jsonl$/)
  const rows = lines.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(rows).toHaveLength(shown)
  for (const row of rows) expect(row).toMatchObject({ action: 'connection.disconnected', connection_id: id })

  await page.goto('/audit?action=audit.exported')
  await expect(entries(page)).toHaveText([
    /^=cmd\(\) exported this log as JSON lines/,
    /^=cmd\(\) exported this log as CSV/,
  ])
  const answer = await exported(page, '?format=csv')
  expect(answer.headers()).toMatchObject({ 'cache-control': 'private, no-store' })
  const [row = ''] = (await answer.text()).split('\r\n').filter((line) => line.includes('audit.exported'))
  expect(row).toContain(",'=cmd(),")
  for (const query of ['', '?format=xml', '?format=csv&from=never']) {
    expect((await exported(page, query)).status(), query).toBe(400)
  }
})

for (const role of ['viewer', 'operator'] as const) {
  test(`a ${role} is refused plainly, and finds no link to it`, async ({ page, context, partner, signIn }) => {
    await signIn(context, { role, joining: partner })
    await page.goto('/connections')
    await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Audit log' })).toHaveCount(0)
    expect((await page.goto('/audit'))?.status()).toBe(403)
    await expect(page.getByRole('heading', { name: 'Your role does not allow this' })).toBeVisible()
    await expect(page.getByRole('main')).toHaveCount(1)
    expect((await exported(page, '?format=csv')).status()).toBe(403)
  })
}

test('someone who is signed out sees none of it', async ({ page }) => {
  await page.goto('/audit')
  await expect(page).toHaveURL('/sign-in?next=%2Faudit')
  const answer = await exported(page, '?format=csv')
  expect([answer.status(), answer.headers().location]).toEqual([303, `${origins.app}/audit`])
})

test('no link and no page of another site makes anyone export the log', async ({ page, partner, sql }) => {
  expect((await page.request.get('/audit/export?format=csv')).status()).toBe(405)
  for (const headers of [{}, { origin: 'https://elsewhere.test' }, { origin: 'null' }, crossSite()]) {
    const answer = await page.request.post('/audit/export?format=csv', { headers })
    expect(answer.status()).toBe(403)
  }
  await page.goto('/sign-in?next=%2Faudit%2Fexport%3Fformat%3Dcsv')
  await expect(page).not.toHaveURL(/export/)
  expect(
    await sql(`SELECT 1 FROM audit_event WHERE workspace_id = $1 AND action = 'audit.exported'`, [partner.workspaceId]),
  ).toEqual([])
})

test('exports have a limit, and beyond it a page says so', async ({ page, partner }) => {
  expect(partner.userId).not.toBe('')
  const { limit } = LIMITS['audit_export.user']
  for (let i = 0; i < limit; i += 1) expect((await exported(page, '?format=csv')).status()).toBe(200)
  const answer = await exported(page, '?format=csv')
  expect([answer.status(), answer.headers().location]).toEqual([303, `${origins.app}/too-many`])
})

test('people and connections of another workspace answer as absent ones', async ({
  page,
  partner,
  somebodyElse,
  seeded,
}) => {
  const other = await somebodyElse()
  const [own, theirs] = [await seeded(partner), await seeded(other.partner)]
  expect((await page.goto(`/audit?connection=${own.id}`))?.status()).toBe(200)
  const absent = await page.goto(`/audit?connection=${uuidv7()}`)
  const text = await page.getByRole('main').innerText()
  expect(absent?.status()).toBe(404)
  for (const foreign of [`connection=${theirs.id}`, `actor=${other.partner.userId}`]) {
    expect((await page.goto(`/audit?${foreign}`))?.status()).toBe(404)
    expect(await page.getByRole('main').innerText()).toBe(text)
    expect((await exported(page, `?format=csv&${foreign}`)).status()).toBe(404)
  }
})

test('the log is accessible in both themes, wide and narrow', async ({ page, context, partner, seeded, sql }) => {
  test.slow()
  const { id } = await seeded(partner)
  await sql('UPDATE partner_user SET name = $2 WHERE id = $1', [
    partner.userId,
    'Wolfeschlegelsteinhausenbergerdorff'.repeat(2),
  ])
  await seedLog(sql, {
    workspaceId: partner.workspaceId,
    entries: 60,
    userIds: [partner.userId],
    connectionIds: [id],
  })
  for (const path of ['/audit', '/audit?from=never', '/audit?from=2020-01-01&to=2020-01-01']) {
    await expectAccessible(page, context, path)
  }
})
