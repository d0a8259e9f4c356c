import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { signInCopy } from '@/app/sign-in/sign-in-copy'
import { LIMITS } from '@/lib/security/limits'
import { postAction } from './built'
import { expect, test } from './fixtures'
import { logFile, origins } from './origins'
import { signInAs } from './provider'

// What someone who watches the log has to see (docs/security.md, section 10): who was let in, and who was refused what.

const logged = (...parts: readonly string[]) =>
  readFileSync(logFile(), 'utf8')
    .split('\n')
    .filter((line) => parts.every((part) => line.includes(part))).length

test('pages and actions that a role refuses leave a line with who and what', async ({
  context,
  page,
  signIn,
  somebodyElse,
}) => {
  const { partner: owner } = await somebodyElse()
  const { userId, workspaceId } = await signIn(context, { role: 'viewer', joining: owner })
  await page.goto('/audit')
  await expect.poll(() => logged('A role was refused', userId, workspaceId, '"audit.read"')).toBeGreaterThan(0)
  const fields = { workspaceId, name: 'Another' }
  const headers = { origin: origins.app }
  await postAction(context.request, { path: '/settings', action: 'renameWorkspace', fields, headers, scripted: true })
  await expect.poll(() => logged('A role was refused', userId, workspaceId, '"workspace.rename"')).toBeGreaterThan(0)
})

test('an action that is called from elsewhere leaves a line', async ({ context, partner }) => {
  const before = logged('An action was called from elsewhere')
  const fields = { workspaceId: partner.workspaceId, name: 'Another' }
  const headers = { origin: 'https://evil.example' }
  await postAction(context.request, { path: '/settings', action: 'renameWorkspace', fields, headers, scripted: true })
  await expect.poll(() => logged('An action was called from elsewhere')).toBeGreaterThan(before)
})

test('a limit that was reached leaves a line that names it and no one', async ({ page, partner, sql }) => {
  await page.goto('/connections')
  await sql(`INSERT INTO rate_limit VALUES ('connect.user', $1, $2, now() + interval '1 minute')`, [
    createHash('sha256').update(partner.userId).digest('base64url'),
    LIMITS['connect.user'].limit,
  ])
  const before = logged('A limit was reached', '"connect.user"')
  await page.getByRole('button', { name: 'Connect to Airwallex' }).first().click()
  await expect.poll(() => logged('A limit was reached', '"connect.user"')).toBeGreaterThan(before)
  expect(logged('A limit was reached', partner.userId)).toBe(0)
})

test('a claim that does not vouch for an address leaves a line that says what is wrong with it', async ({ page }) => {
  const fault = ['"email_verified_not_boolean"', '"claim":"email_verified"', '"claimType":"string"']
  const line = () => logged('Sign-in refused', ...fault)
  const before = line()
  await page.goto('/sign-in')
  await signInAs(page, 'Theo Textual')
  await expect(page.getByText(signInCopy('Demo Directory').email_verified_not_boolean.next)).toBeVisible()
  await expect.poll(line).toBeGreaterThan(before)
})

test('a sign-in leaves a line, and one that is refused another', async ({ page, sql }) => {
  const refused = logged('Sign-in refused', '"stranger"')
  await page.goto('/sign-in')
  await signInAs(page, 'Mallory Stranger')
  await expect.poll(() => logged('Sign-in refused', '"stranger"')).toBeGreaterThan(refused)
  await page.goto('/sign-in')
  await signInAs(page, 'Ben Larsen')
  await page.waitForURL('**/connections')
  const [ben] = await sql(`SELECT id FROM partner_user WHERE email LIKE 'ben@%'`)
  await expect.poll(() => logged('Signed in', String(ben?.id))).toBeGreaterThan(0)
})
