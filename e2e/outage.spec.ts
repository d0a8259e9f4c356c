import type { Page } from '@playwright/test'
import { expect, type Sql, test } from './fixtures'
import { origins } from './origins'
import { sandbox } from './sandbox'

// What a person sees while Airwallex does not answer, does not let us, or has ended the connection.

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const ALWAYS = 1_000
/** What stands under an active connection's name, and under no other's. */
const RENEWS = 'Its tokens renew automatically.'

/** As if this much time had passed since the data was read. */
const age = (sql: Sql, id: string, interval: string) =>
  sql(
    `UPDATE snapshot SET fetched_at = fetched_at - $2::interval, attempted_at = attempted_at - $2::interval
     WHERE connection_id = $1`,
    [id, interval],
  )
const expireAccessToken = (sql: Sql, id: string) =>
  sql(`UPDATE credential SET access_token_expires_at = now() - interval '1 minute' WHERE connection_id = $1`, [id])

test('an outage of the account API leaves what was read before, with its time and why nothing newer is there', async ({
  page,
  connected: { id, account },
  sql,
}) => {
  const faults = await Promise.all(
    (['account', 'balances'] as const).map((endpoint) =>
      sandbox.addFault({ kind: 'status', status: 503, times: ALWAYS, match: { endpoint, accountId: account.id } }),
    ),
  )
  await age(sql, id, '20 minutes')
  await page.goto(`/connections/${id}`)
  for (const name of ['Balances', 'Account details']) {
    await expect(section(page, name)).toContainText('Airwallex did not answer.', { timeout: 15_000 })
    await expect(section(page, name)).toContainText('The connection itself is not affected.')
    await expect(section(page, name).locator('time').first()).toBeVisible()
    await expect(section(page, name)).toContainText('As of')
  }
  await expect(section(page, 'Balances').getByRole('rowheader', { name: /USD/ })).toBeVisible()
  await expect(section(page, 'Account details')).toContainText('Singapore')
  await expect(page.getByText(RENEWS)).toBeVisible()

  for (const fault of faults) await sandbox.removeFault(fault)
  await sql(`UPDATE snapshot SET attempted_at = attempted_at - interval '1 minute' WHERE connection_id = $1`, [id])
  await section(page, 'Balances')
    .getByRole('button', { name: /^Refresh/ })
    .click()
  await expect(section(page, 'Balances')).not.toContainText('Airwallex did not answer')
})

test('data that Airwallex cannot be asked for the first time is said to be missing, not shown as zero', async ({
  page,
  partner,
  seeded,
}) => {
  const { id, account } = await seeded(partner)
  const match = { endpoint: 'balances', accountId: account.id } as const
  await sandbox.addFault({ kind: 'malformed_json', times: ALWAYS, match })
  await page.goto(`/connections/${id}`)
  await expect(section(page, 'Balances')).toContainText('We could not read Airwallex’s answer', { timeout: 15_000 })
  await expect(section(page, 'Balances')).not.toContainText(/\d\.\d\d/)
  await expect(section(page, 'Account details')).toContainText(account.name)
})

test('a missing permission says which one and how to add it', async ({
  page,
  partner,
  account,
  connect,
  connectionId,
}) => {
  await connect(page, account, { without: [/balances/i] })
  await page.goto(`/connections/${await connectionId(partner, account)}`)
  const balances = section(page, 'Balances')
  await expect(balances).toContainText('A permission is missing', { timeout: 15_000 })
  await expect(balances.getByText('balance:read', { exact: true })).toBeVisible()
  const permissions = section(page, 'Permissions')
  await expect(permissions).toContainText('Requested but not granted')
  await expect(permissions.getByRole('link', { name: 'Add permissions' })).toBeVisible()
})

test('a token endpoint that is down is waited out, without losing the connection', async ({
  page,
  connected: { id, account },
  sql,
}) => {
  test.slow()
  const match = { endpoint: 'token', grantType: 'refresh_token', accountId: account.id } as const
  const fault = await sandbox.addFault({ kind: 'status', status: 503, times: ALWAYS, match })
  await expireAccessToken(sql, id)
  await age(sql, id, '20 minutes')
  await page.goto(`/connections/${id}`)
  await expect(section(page, 'Balances')).toContainText('Airwallex did not answer', { timeout: 20_000 })
  await expect(section(page, 'Balances').getByRole('rowheader', { name: /USD/ })).toBeVisible()
  await page.reload()
  await expect(page.getByText('Temporarily unavailable').first()).toBeVisible()
  await expect(page.getByText('Nothing is lost. We retry')).toBeVisible()
  await expect(page.getByRole('main').getByRole('link', { name: 'Reauthorize' })).toHaveCount(0)

  await sandbox.removeFault(fault)
  await expect(async () => {
    await page.reload()
    await expect(page.getByText(RENEWS)).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 40_000 })
  const [credential] = await sql('SELECT status::text, grant_no, generation FROM credential WHERE connection_id = $1', [
    id,
  ])
  expect(credential).toEqual({ status: 'active', grant_no: 1, generation: 2 })
  await expect(section(page, 'Renewal history')).toContainText('Show the latest 2 as a table')
})

test('an owner who disconnects at Airwallex is noticed, and the connection can be reauthorized', async ({
  page,
  connected: { id, account },
  consent,
  sql,
}) => {
  await page.goto(`${origins.sandbox}/owner#${account.id}`)
  await page.getByRole('region', { name: account.name }).getByRole('button', { name: 'Disconnect' }).click()
  await ended(sql, id)

  await page.goto(`/connections/${id}`)
  await expect(page.getByText('Reauthorization required').first()).toBeVisible()
  await expect(page.getByText('The account’s owner disconnected this application at Airwallex.').first()).toBeVisible()
  await expect(section(page, 'Balances').getByRole('rowheader', { name: /USD/ })).toBeVisible()
  await page.getByRole('main').getByRole('link', { name: 'Reauthorize' }).first().click()
  await page.getByRole('button', { name: 'Reauthorize' }).click()
  await consent(page, account)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${account.name} is reauthorized`)
  await page.getByRole('link', { name: 'View connection' }).click()
  await expect(page).toHaveURL(`/connections/${id}`)
  await expect(page.getByText(RENEWS)).toBeVisible()

  // The same events once more, and an old one that was never delivered (F32).
  const events = await sql<{ id: string }>(
    `SELECT id FROM webhook_event WHERE $1 = ANY(airwallex_account_ids) AND payload->>'kind' = 'disconnected'`,
    [account.id],
  )
  expect(events).toHaveLength(2)
  for (const event of events) expect((await sandbox.redeliver(event.id)).redelivered).toBe(1)
  const late = await sandbox.deliverDisconnect(account.id, { ago: 3 * 86_400 })
  await expect.poll(async () => handledOf(sql, late)).toBe(true)
  await page.reload()
  await expect(page.getByText(RENEWS)).toBeVisible()
  expect(await sql('SELECT status::text, grant_no FROM credential WHERE connection_id = $1', [id])).toEqual([
    { status: 'active', grant_no: expect.any(Number) },
  ])
  const [credential] = await sql<{ seen: boolean }>(
    'SELECT disconnect_event_at IS NOT NULL AS seen FROM credential WHERE connection_id = $1',
    [id],
  )
  expect(credential?.seen).toBe(false)
})

test('an account that Airwallex suspends says so beside the connection', async ({
  page,
  connected: { id, account },
  sql,
}) => {
  await sandbox.setStatus(account.id, 'SUSPENDED')
  await ended(sql, id)
  await page.goto(`/connections/${id}`)
  await expect(
    page.getByText('Airwallex suspended or closed the account. Reauthorize once it is active again.').first(),
  ).toBeVisible()
  const row = page.getByRole('row').filter({ hasText: account.name })
  // The page diagnoses by itself; the list shows what the worker has found, which may take it a moment longer.
  await expect(async () => {
    await page.goto('/connections?show=attention')
    await expect(row).toContainText('Account suspended or closed', { timeout: 1_000 })
  }).toPass({ timeout: 30_000 })
})

test('a webhook that is not Airwallex’s is refused and changes nothing', async ({ request, partner, seeded, sql }) => {
  const { id, account } = await seeded(partner)
  const forged = JSON.stringify({ id: `evt_forged_${id}`, name: 'connection.disconnected', account_id: account.id })
  const timestamp = String(Date.now())
  for (const headers of [{}, { 'x-timestamp': timestamp, 'x-signature': 'f'.repeat(64) }]) {
    const answer = await request.post('/api/airwallex/webhook', { data: forged, headers })
    expect(answer.status()).toBe(401)
  }
  expect(await sql('SELECT 1 FROM webhook_event WHERE id = $1', [`evt_forged_${id}`])).toEqual([])
  expect(await sql('SELECT status::text FROM credential WHERE connection_id = $1', [id])).toEqual([
    { status: 'active' },
  ])
})

async function ended(sql: Sql, id: string) {
  const status = async () => {
    const [row] = await sql<{ status: string }>('SELECT status::text FROM credential WHERE connection_id = $1', [id])
    return row?.status
  }
  await expect.poll(status, { timeout: 15_000 }).toBe('reauthorization_required')
}

async function handledOf(sql: Sql, eventId: string) {
  const [row] = await sql<{ handled: boolean }>(
    'SELECT handled_at IS NOT NULL AS handled FROM webhook_event WHERE id = $1',
    [eventId],
  )
  return row?.handled
}
