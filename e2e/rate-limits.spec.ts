import { createHash, randomUUID } from 'node:crypto'
import { signInCopy } from '@/app/sign-in/sign-in-copy'
import { LIMITS } from '@/lib/security/limits'
import { expect, type Sql, test } from './fixtures'
import { mailTo } from './mailbox'
import { origins } from './origins'

// Windows are filled in the table: what counts is what a page and a route say then. That they fill, exactly and by
// themselves, lib/security/rate-limit.integration.test.ts shows.

const fill = (sql: Sql, bucket: keyof typeof LIMITS, key: string) =>
  sql(`INSERT INTO rate_limit VALUES ($1, $2, $3, now() + interval '1 minute')`, [
    bucket,
    createHash('sha256').update(key).digest('base64url'),
    LIMITS[bucket].limit,
  ])

test('an action too many is not carried out, and leads to a page that says so', async ({ page, partner, sql }) => {
  await page.goto('/connections')
  await fill(sql, 'action.user', partner.userId)
  await page.getByRole('button', { name: 'Connect to Airwallex' }).first().click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Too many requests')
  expect(await sql('SELECT 1 FROM pending_authorization WHERE user_id = $1', [partner.userId])).toEqual([])
})

test('a whole workspace has a limit as well', async ({ page, partner, sql }) => {
  await page.goto('/connections')
  await fill(sql, 'connect.workspace', partner.workspaceId)
  await page.getByRole('button', { name: 'Connect to Airwallex' }).first().click()
  await expect(page.getByText('Too many authorizations at once')).toBeVisible()
})

test('a sign-in too many is refused in words that say what to do', async ({ page, sql }) => {
  const address = `often-${randomUUID()}@partner.example`
  await page.goto('/sign-in')
  await page.getByLabel('Email address').fill(address)
  await page.getByRole('button', { name: 'Email me a link' }).click()
  const { links } = await mailTo(address)
  await fill(sql, 'sign_in.account', address)
  await page.goto(links[0] ?? '')
  const copy = signInCopy('Demo Directory').too_many
  await expect(page.getByText(copy.title)).toBeVisible()
  await expect(page.getByText(copy.next)).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
  expect(await sql('SELECT 1 FROM partner_user WHERE email = $1', [address])).toEqual([])
})

test('deliveries with a bad signature are answered 429 beyond the limit, good ones never', async ({ request }) => {
  const post = () => request.post('/api/airwallex/webhook', { data: '{}', headers: { 'x-signature': 'no' } })
  const statuses: number[] = []
  for (let i = 0; i <= LIMITS['webhook.refused.address'].limit; i += 1) statuses.push((await post()).status())
  expect(statuses.at(0)).toBe(401)
  const refused = await post()
  expect(refused.status()).toBe(429)
  expect(refused.headers()['retry-after']).toBe('60')
})

test('a claimed address is no way around', async ({ request, sql }) => {
  const from = (address: string) =>
    request.post('/api/csp-report', { data: '[]', headers: { 'x-forwarded-for': address, origin: origins.app } })
  await from('203.0.113.77')
  const key = createHash('sha256').update('203.0.113.77').digest('base64url')
  expect(await sql('SELECT 1 FROM rate_limit WHERE key = $1', [key])).toEqual([])
  expect(await sql(`SELECT 1 FROM rate_limit WHERE bucket = 'csp_report.address'`)).not.toEqual([])
})
