import type { Page } from '@playwright/test'
import { expectAccessible } from './accessible'
import { expect, type Sql, test } from './fixtures'
import { origins } from './origins'
import { sandbox } from './sandbox'

// What a person sees of the rotation: how it repairs itself, how well it does, and who does it.

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const RENEWS = 'Its tokens renew automatically.'

/** As if this much time had passed: the access token is over, and what was read is out of date. */
const age = async (sql: Sql, id: string) => {
  await sql(`UPDATE credential SET access_token_expires_at = now() - interval '1 minute' WHERE connection_id = $1`, [
    id,
  ])
  await sql(
    `UPDATE snapshot SET fetched_at = fetched_at - interval '1 hour', attempted_at = attempted_at - interval '1 hour'
     WHERE connection_id = $1`,
    [id],
  )
}

/** Fails with a page that was loaded anew since. */
const watchForReload = async (page: Page) => {
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }))
  return async () => expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true)
}

test('a renewal whose answers are dropped is interrupted, repaired, and shown so without a reload', async ({
  page,
  connected: { id, account },
  sql,
}) => {
  test.slow()
  const match = { endpoint: 'token', grantType: 'refresh_token', accountId: account.id } as const
  const fault = await sandbox.addFault({ kind: 'drop_after', times: 1_000, match })
  await age(sql, id)
  await page.goto(`/connections/${id}`)
  const expectNoReload = await watchForReload(page)

  await expect(page.getByText('Temporarily unavailable').first()).toBeVisible({ timeout: 20_000 })
  await expect(page.getByText('Airwallex accepts the same token once more within a minute')).toBeVisible()
  const other = await page.context().newPage()
  await other.goto('/reliability')
  await expect(section(other, 'Interrupted now').getByRole('link', { name: account.name })).toBeVisible()
  await other.close()

  await sandbox.removeFault(fault)
  await expect(page.getByText(RENEWS)).toBeVisible({ timeout: 40_000 })
  const lineage = section(page, 'Renewal history')
  await lineage.getByText('Show the latest 2 as a table').click()
  const repaired = lineage.getByRole('row').nth(1)
  await expect(repaired.getByRole('rowheader')).toContainText('2')
  await expect(repaired).toContainText(/Retried and succeeded, sent \d+ times/)
  await expectNoReload()
  expect(await sql('SELECT status::text, generation FROM credential WHERE connection_id = $1', [id])).toEqual([
    { status: 'active', generation: 2 },
  ])
})

test('a process killed after sending leaves a rotation that the worker repairs before the viewer’s eyes', async ({
  page,
  partner,
  seeded,
  sql,
}) => {
  const { id } = await seeded(partner)
  // Held by no one who lives, for a while yet: as a killed process leaves it.
  await sql(
    `UPDATE credential SET fence = fence + 1, sent_fence = fence + 1, send_count = 1, first_sent_at = now(),
       ambiguous_since = now(), lease_until = now(), next_attempt_at = now() + interval '8 seconds'
     WHERE connection_id = $1`,
    [id],
  )
  await page.goto(`/connections/${id}`)
  const expectNoReload = await watchForReload(page)
  await expect(page.getByText('A renewal is interrupted')).toBeVisible()
  await expect(page.getByText('The refresh token was sent once')).toBeVisible()
  await expect(page.getByText('A renewal is interrupted')).toHaveCount(0, { timeout: 40_000 })
  await section(page, 'Renewal history').getByText('as a table').click()
  await expect(section(page, 'Renewal history').getByRole('row').nth(1)).toContainText('Rescued after an interruption')
  await expectNoReload()
})

test('the way to break things leads to the sandbox’s control page, which breaks them', async ({
  page,
  partner,
  seeded,
}) => {
  const { id } = await seeded(partner)
  await page.goto(`/connections/${id}`)
  const link = page.getByRole('link', { name: 'Break things in the sandbox' })
  await expect(link).toHaveAttribute('href', `${origins.sandbox}/control`)
  await page.goto(`${origins.sandbox}/control`)
  for (const name of ['Drop the answer', 'Cut the connection after sending', 'Token outage of 30 seconds']) {
    await expect(page.getByRole('button', { name })).toBeVisible()
  }
  await expect(page.getByRole('link', { name: 'dashboard' })).toHaveAttribute('href', `${origins.app}/connections`)
})

test('the reliability page counts what was renewed, and says when that is little', async ({
  page,
  partner,
  account,
  connect,
  connectionId,
  sql,
}) => {
  await page.goto('/reliability')
  await expect(section(page, 'Successful renewals')).toContainText('No renewals.')
  await expect(section(page, 'Failures and retries')).toContainText('None in the last 28 days.')
  await expect(section(page, 'Renewal latency')).toContainText('No renewals in the last 24 hours.')
  await expect(section(page, 'Background work')).toContainText('Running')

  await connect(page, account)
  const id = await connectionId(partner, account)
  await age(sql, id)
  await page.goto(`/connections/${id}`)
  await expect(section(page, 'Renewal history')).toContainText('Show the latest 2 as a table', { timeout: 20_000 })
  await page.getByRole('link', { name: 'Reliability' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Reliability')
  await expect(section(page, 'Successful renewals')).toContainText(
    'The only renewal succeeded. Judging this target takes 10,000 renewals',
  )
  await expect(section(page, 'Renewal latency')).toContainText('Of 1 renewal.')
  await page.getByText('Show as a table').click()
  await expect(section(page, 'Renewal latency').getByRole('table')).toHaveCount(2)
})

test('the reliability page says that the database failed over, and up to when it survived', async ({
  page,
  context,
  partner: _,
  sql,
}) => {
  await sql(`UPDATE deployment SET timeline_changed_at = now(), recovered_to = now() - interval '2 seconds'`)
  await page.goto('/reliability')
  await expect(page.getByText('The database failed over or was recovered to an earlier moment')).toBeVisible()
  await expect(page.getByText('The last change that survived was stored')).toBeVisible()
  await expectAccessible(page, context, '/reliability')
  await sql('UPDATE deployment SET timeline_changed_at = NULL, recovered_to = NULL')
  await page.reload()
  await expect(page.getByText('The database failed over')).toHaveCount(0)
})

test('a quarantine is lifted by an owner who has read what it means, and by no one else', async ({
  page,
  partner,
  somebodyElse,
  seeded,
  sql,
}) => {
  const { id } = await seeded(partner)
  await sql('UPDATE credential SET quarantined_at = now() WHERE connection_id = $1', [id])
  const admin = await somebodyElse({ role: 'admin', joining: partner })
  await admin.page.goto(`/connections/${id}`)
  await expect(admin.page.getByText('Quarantined', { exact: true })).toBeVisible()
  await expect(admin.page.getByRole('link', { name: 'Lift quarantine' })).toHaveCount(0)
  await admin.page.goto(`/connections/${id}/lift-quarantine`)
  await expect(admin.page.getByText('You need the Owner role. Ask an owner.')).toBeVisible()
  await expect(admin.page.getByRole('button', { name: 'Lift quarantine' })).toHaveCount(0)

  await page.goto(`/connections/${id}`)
  await page.getByRole('link', { name: 'Lift quarantine' }).click()
  await expect(page.getByText('Only if the original no longer runs')).toBeVisible()
  await page.getByRole('button', { name: 'Lift quarantine' }).click()
  await expect(page).toHaveURL(`/connections/${id}`)
  await expect(page.getByText(RENEWS)).toBeVisible()
  expect(
    await sql(
      `SELECT actor_user_id::text AS who, outcome FROM audit_event WHERE connection_id = $1
      AND action = 'connection.quarantine_lifted'`,
      [id],
    ),
  ).toEqual([{ who: partner.userId, outcome: 'lifted' }])
  await page.goto(`/connections/${id}/lift-quarantine`)
  await expect(page).toHaveURL(`/connections/${id}`)
})

test('a connection that ended says what ended it, with what shows it', async ({ page, partner, seeded, sql }) => {
  const { id } = await seeded(partner)
  await sql(
    `UPDATE credential SET status = 'reauthorization_required', reason = 'own_late_use', status_since = now(),
       grant_no = 2, sealed_access_token = NULL, sealed_refresh_token = NULL, keep_alive_at = NULL
     WHERE connection_id = $1`,
    [id],
  )
  await sql(
    `INSERT INTO rotation (id, workspace_id, connection_id, grant_no, generation, cause, process, outcome, repairs,
       sent_at, answered_at, committed_at)
     VALUES (gen_random_uuid(), $1, $2, 1, 1, 'late_probe', 'p', 'rejected', 3, now(), now(), now())`,
    [partner.workspaceId, id],
  )
  await page.goto(`/connections/${id}`)
  const diagnosis = section(page, 'Why it stopped')
  await expect(diagnosis).toContainText('retried too late')
  await expect(diagnosis.getByRole('listitem')).toContainText('(sent 4 times)')
  await expect(section(page, 'Renewal history')).toContainText('Failed 1')
})

test('a page that keeps itself up to date stays while the server is out of reach, and goes on when it is back', async ({
  page,
  context,
  connected: { id },
  sql,
}) => {
  await sql(
    `UPDATE credential SET first_sent_at = now(), ambiguous_since = now(), send_count = 1, next_attempt_at = now() + interval '1 day'
     WHERE connection_id = $1`,
    [id],
  )
  await page.goto(`/connections/${id}`)
  const interrupted = page.getByText('A renewal is interrupted').first()
  await expect(interrupted).toBeVisible()
  const expectNoReload = await watchForReload(page)

  await context.setOffline(true)
  for (let attempt = 0; attempt < 2; attempt++) await page.waitForEvent('requestfailed')
  await sql(
    `UPDATE credential SET first_sent_at = NULL, ambiguous_since = NULL, send_count = 0, next_attempt_at = NULL WHERE connection_id = $1`,
    [id],
  )
  await expect(interrupted).toBeVisible()
  await context.setOffline(false)
  await expect(page.getByText(RENEWS)).toBeVisible({ timeout: 20_000 })
  await expect(interrupted).toHaveCount(0)
  await expectNoReload()
})
