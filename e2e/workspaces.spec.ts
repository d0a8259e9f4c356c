import { createHash } from 'node:crypto'
import type { BrowserContext, Page } from '@playwright/test'
import { signInCopy } from '@/app/sign-in/sign-in-copy'
import { TIME_ZONE_COOKIE } from '@/lib/format/time-zone'
import { postAction } from './built'
import { expect, type Partner, type Sql, test } from './fixtures'
import { mailTo } from './mailbox'
import { origins } from './origins'
import { ownCookie } from './own-cookie'
import { leaveForProvider, menu, signInAs } from './provider'

// How people come into a workspace, what they may do there, and how they and it go again.

const SIGN_IN = signInCopy('Demo Directory')
const heading = (page: Page) => page.getByRole('heading', { level: 1 })
const connectButton = (page: Page) => page.getByRole('button', { name: 'Connect to Airwallex' })
const addressOf = ({ userId }: Partner) => `${userId}@partner.example`
/** As if their provider had vouched for the address. */
const verify = (sql: Sql, { userId }: Partner) =>
  sql('UPDATE partner_user SET email_verified = now() WHERE id = $1', [userId])

/** Makes a sign-in as old as it takes to be asked for another one. */
async function ageSignIn(sql: Sql, context: BrowserContext) {
  const token = (await context.cookies()).find(({ name }) => name === ownCookie('session'))?.value ?? ''
  const digest = createHash('sha256').update(token).digest('base64url')
  const aged = await sql(
    `UPDATE session SET authenticated_at = now() - interval '11 minutes' WHERE session_token = $1 RETURNING id`,
    [digest],
  )
  expect(aged).toHaveLength(1)
}

async function invite(page: Page, email: string, role: string): Promise<string> {
  await page.goto('/settings/members')
  await page.getByRole('link', { name: 'Invite member' }).click()
  await page.getByRole('textbox', { name: 'Email address' }).fill(email)
  await page.getByRole('radio', { name: role }).check()
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await expect(page.getByText(`An invitation is on its way to ${email}`)).toBeVisible()
  return (await mailTo(email)).links[0] ?? 'none'
}

async function changeRole(page: Page, name: string, role: string) {
  await page.goto('/settings/members')
  await page.getByRole('link', { name: `Change ${name}` }).click()
  await page.getByRole('radio', { name: role }).check()
  await page.getByRole('button', { name: 'Change role' }).click()
  await expect(page.getByText('The role was changed')).toBeVisible()
}

test('Ada invites Ben, raises him, removes him, and closes a workspace', async ({
  page,
  browser,
  partner: ada,
  somebodyElse,
  seeded,
  account,
  connect,
  sql,
}) => {
  test.slow()
  const { account: harbour } = await seeded(ada)
  const { partner: ben, page: bens } = await somebodyElse()
  await verify(sql, ben)
  let link = ''

  await test.step('Ada invites Ben as a viewer', async () => {
    link = await invite(page, addressOf(ben), 'Viewer')
    expect(link).toMatch(`${origins.app}/invitations/`)
    await page.goto('/settings/members')
    await expect(page.getByRole('region', { name: 'Invitations' })).toContainText(addressOf(ben))
  })

  await test.step('whoever reads his mail for him uses nothing up', async () => {
    const scanner = await browser.newContext()
    const reading = await scanner.newPage()
    await reading.goto(link)
    await expect(heading(reading)).toHaveText('Sign in to see the invitation')
    await scanner.close()
    await page.goto(link)
    await expect(heading(page)).toHaveText('This invitation does not work for you')
  })

  await test.step('Ben accepts, and sees what is there without a button to change it', async () => {
    await bens.goto(link)
    await expect(heading(bens)).toHaveText(`Join ${ada.workspace}?`)
    await bens.getByRole('button', { name: 'Join workspace' }).click()
    await expect(bens.getByText('You joined this workspace')).toBeVisible()
    await expect(bens.getByRole('region', { name: 'Members' })).toContainText(ada.name)
    await expect(bens.getByRole('link', { name: 'Invite member' })).toHaveCount(0)
    await expect(bens.getByRole('link', { name: /^Change/ })).toHaveCount(0)
    await bens.getByRole('link', { name: 'Connections' }).click()
    await expect(bens.getByRole('row').filter({ hasText: harbour.id })).toBeVisible()
    await expect(connectButton(bens)).toHaveCount(0)
    await bens.goto(link)
    await expect(heading(bens)).toHaveText('This invitation does not work for you')
  })

  await test.step('Ada makes him an operator, and he connects an account', async () => {
    await changeRole(page, ben.name, 'Operator')
    await connect(bens, account)
    const joined = { ...ben, workspaceId: ada.workspaceId }
    const rows = await sql('SELECT 1 FROM connection WHERE workspace_id = $1 AND connected_by_id = $2', [
      joined.workspaceId,
      ben.userId,
    ])
    expect(rows).toHaveLength(1)
  })

  await test.step('Ada removes him, and his next click says so', async () => {
    await bens.goto('/connections')
    await expect(connectButton(bens).first()).toBeVisible()
    await page.goto('/settings/members')
    await page.getByRole('link', { name: `Change ${ben.name}` }).click()
    await page.getByRole('button', { name: 'Remove from workspace' }).click()
    await expect(page.getByText('The member was removed')).toBeVisible()
    await connectButton(bens).first().click()
    await expect(bens.getByText('You are no longer a member of the workspace you were in')).toBeVisible()
    await bens.goto('/connections')
    await expect(heading(bens)).toHaveText('Your workspaces')
    await bens.getByRole('button', { name: ben.workspace }).click()
    await expect(bens.getByText('No accounts connected yet')).toBeVisible()
  })

  await test.step('Ada, the last owner, cannot leave', async () => {
    await page.goto('/settings')
    await page.getByRole('link', { name: 'Leave workspace' }).click()
    await page.getByRole('button', { name: 'Leave workspace' }).click()
    await expect(page.getByText('A workspace needs an owner')).toBeVisible()
  })

  const second = `Second ${ada.workspaceId.slice(-6)}`
  await test.step('she creates a second workspace and switches between the two', async () => {
    await menu(page, 'switch workspace').click()
    await page.getByRole('link', { name: 'Create workspace' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill(second)
    await page.getByRole('button', { name: 'Create workspace' }).click()
    await expect(page.getByText('No accounts connected yet')).toBeVisible()
    await expect(page.getByRole('main')).toContainText(second)
    await menu(page, 'switch workspace').click()
    await page.getByRole('button', { name: ada.workspace }).click()
    await expect(page.getByRole('row').filter({ hasText: harbour.id })).toBeVisible()
    await menu(page, 'switch workspace').click()
    await page.getByRole('button', { name: second }).click()
    await expect(page.getByText('No accounts connected yet')).toBeVisible()
  })

  await test.step('she deletes it, by its name', async () => {
    await page.goto('/settings')
    await page.getByRole('link', { name: 'Delete workspace' }).click()
    await expect(heading(page)).toHaveText(`Delete ${second}?`)
    const confirmation = page.getByRole('textbox', { name: 'Type the name' })
    await confirmation.fill('Something else')
    await page.getByRole('button', { name: 'Delete workspace' }).click()
    await expect(page.getByText('That is not the name of this workspace')).toBeVisible()
    await confirmation.fill(second)
    await page.getByRole('button', { name: 'Delete workspace' }).click()
    await expect(page.getByText('The workspace was deleted')).toBeVisible()
    expect(await sql('SELECT 1 FROM workspace WHERE name = $1', [second])).toEqual([])
    await page.getByRole('button', { name: ada.workspace }).click()
    await expect(page.getByRole('row').filter({ hasText: harbour.id })).toBeVisible()
  })
})

test('whoever loses their role in the database has lost it with the next click', async ({
  page,
  partner: ada,
  somebodyElse,
  seeded,
  sql,
}) => {
  const { id } = await seeded(ada)
  const { partner: ben, page: bens } = await somebodyElse({ role: 'admin', joining: ada })
  // The first page is rendered twice, in the browser's time zone; the one to click on stays as it was.
  await bens.goto('/connections')
  await expect.poll(async () => (await bens.context().cookies()).map(({ name }) => name)).toContain(TIME_ZONE_COOKIE)
  await bens.goto(`/connections/${id}/disconnect`)
  await sql(`UPDATE membership SET role = 'viewer' WHERE user_id = $1`, [ben.userId])
  await bens.getByRole('button', { name: 'Disconnect' }).click()
  await expect(bens.getByText('Your role does not allow this')).toBeVisible()
  await sql('DELETE FROM membership WHERE user_id = $1', [ben.userId])
  await bens.goto(`/connections/${id}`)
  await expect(heading(bens)).toHaveText('You are not in a workspace yet')
  expect(await sql('SELECT status::text FROM credential WHERE connection_id = $1', [id])).toEqual([
    { status: 'active' },
  ])
  await page.goto(`/connections/${id}`)
  await expect(menu(page, 'Actions')).toBeVisible()
})

test('what cannot be undone asks whoever signed in long ago to do it again, as the same person', async ({
  page,
  context,
  sql,
}) => {
  test.slow()
  await page.goto('/')
  await signInAs(page, 'Ada Okafor')
  await page.waitForURL('**/connections')
  await page.goto('/settings/leave')
  await ageSignIn(sql, context)
  await page.getByRole('button', { name: 'Leave workspace' }).click()
  await expect(heading(page)).toHaveText('Confirm it’s you')
  await signInAs(page, 'Ada Okafor')
  await page.waitForURL('**/settings/leave')
  await expect(heading(page)).toContainText('Leave')
  await ageSignIn(sql, context)
  await page.goto('/settings/members/invite')
  await expect(heading(page)).toHaveText('Confirm it’s you')
  await signInAs(page, 'Ben Larsen')
  await expect(heading(page)).toHaveText('You signed in as someone else')
  await page.getByRole('link', { name: 'Continue as Ben Larsen' }).click()
  await page.waitForURL('**/connections')
})

test('an invitation to what is not an address says so, and what was typed and chosen stays', async ({
  page,
  partner,
}) => {
  await page.goto('/settings/members/invite')
  await expect(heading(page), partner.name).toContainText('Invite a member to')
  await page.getByLabel('Email address').fill('ops&fin@partner')
  await page.getByRole('radio', { name: 'Admin' }).check()
  await page.getByRole('button', { name: 'Invite' }).click()
  await expect(page.getByText('This is not an email address.')).toBeVisible()
  await expect(page.getByLabel('Email address')).toHaveValue('ops&fin@partner')
  await expect(page.getByRole('radio', { name: 'Admin' })).toBeChecked()
})

test('a confirmation that failed says why, and nothing was changed', async ({ page, context, sql }) => {
  await page.goto('/')
  await signInAs(page, 'Ada Okafor')
  await page.waitForURL('**/connections')
  await ageSignIn(sql, context)
  await page.goto('/settings/members/invite')
  await expect(heading(page)).toHaveText('Confirm it’s you')
  await leaveForProvider(page)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(heading(page)).toHaveText('Confirm it’s you')
  await expect(page.getByText(SIGN_IN.canceled.title)).toBeVisible()
  await expect(page.getByText(SIGN_IN.canceled.next)).toBeVisible()
  await signInAs(page, 'Mallory Stranger')
  await expect(page.getByText(SIGN_IN.stranger.title)).toBeVisible()
  await expect(page.getByText(SIGN_IN.canceled.title)).toHaveCount(0)
  await signInAs(page, 'Ada Okafor')
  await expect(page).toHaveURL('/settings/members/invite')
})

test('people’s actions refuse every role below theirs, forms with more than they have, and other workspaces', async ({
  context,
  partner: ada,
  somebodyElse,
  sql,
}) => {
  const { partner: ben } = await somebodyElse({ role: 'viewer', joining: ada })
  const { partner: eve, page: eves } = await somebodyElse()
  const bens = await somebodyElse({ role: 'operator', joining: ada })
  const { workspaceId } = ada
  const userId = ben.userId
  const posts = [
    ['inviteMember', '/settings/members/invite', { workspaceId, email: 'x@elsewhere.example', role: 'owner' }],
    ['changeMemberRole', `/settings/members/${userId}`, { workspaceId, userId, role: 'owner' }],
    ['removeMember', `/settings/members/${userId}`, { workspaceId, userId }],
    ['transferOwnership', `/settings/members/${userId}`, { workspaceId, userId }],
    ['renameWorkspace', '/settings', { workspaceId, name: 'Renamed' }],
    ['deleteWorkspace', '/settings/delete', { workspaceId, name: ada.workspace }],
  ] as const
  const state = () =>
    sql(
      `SELECT w.name, json_agg(m.role ORDER BY m.user_id) AS roles,
         (SELECT count(*) FROM invitation i WHERE i.workspace_id = w.id) AS invited
       FROM workspace w JOIN membership m ON m.workspace_id = w.id WHERE w.id IN ($1, $2) GROUP BY w.id ORDER BY w.id`,
      [workspaceId, eve.workspaceId],
    )
  const before = await state()
  const headers = { origin: origins.app }
  for (const [action, path, fields] of posts) {
    const post = { path, action, fields, headers }
    const byOperator = await postAction(bens.page.request, { ...post, scripted: true })
    expect(byOperator.status(), action).toBe(403)
    // An owner, of another workspace.
    const byOther = await postAction(eves.request, { ...post, scripted: true })
    expect(byOther.headers()['x-action-redirect'], action).toContain('/workspaces?notice=other_workspace')
    for (const more of [{ status: 'active' }, { actorId: userId }, { tenantId: workspaceId }]) {
      const tampered = await postAction(context.request, { ...post, fields: { ...fields, ...more } })
      expect(tampered.status(), `${action} ${Object.keys(more)}`).toBe(404)
    }
  }
  for (const role of ['root', 'OWNER', '__proto__']) {
    const odd = { path: `/settings/members/${userId}`, action: 'changeMemberRole', headers }
    expect((await postAction(context.request, { ...odd, fields: { workspaceId, userId, role } })).status()).toBe(404)
  }
  const foreign = { path: '/workspaces', action: 'switchWorkspace', headers, fields: { workspaceId: eve.workspaceId } }
  expect((await postAction(context.request, foreign)).status()).toBe(404)
  expect(await state()).toEqual(before)
})

test('a browser may say what it likes about its workspace', async ({ page, context, partner: ada, somebodyElse }) => {
  const { partner: eve } = await somebodyElse()
  for (const value of [`${ada.userId}.${eve.workspaceId}`, `${eve.userId}.${eve.workspaceId}`, 'x', '']) {
    await context.addCookies([{ name: ownCookie('workspace'), value, url: origins.app }])
    await page.goto('/connections')
    await expect(page.getByRole('main')).not.toContainText(eve.workspace)
  }
})

test('a page of a workspace that was switched away from in another tab does nothing, and says why', async ({
  page,
  context,
  partner: ada,
  somebodyElse,
  sql,
}) => {
  const { partner: other } = await somebodyElse()
  await sql(`INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'owner')`, [
    other.workspaceId,
    ada.userId,
  ])
  const tab = await context.newPage()
  for (const [path, act] of [
    ['/connections', () => connectButton(page).first().click()],
    ['/settings', () => page.getByRole('button', { name: 'Rename' }).click()],
  ] as const) {
    await page.goto(path)
    await tab.goto('/workspaces')
    await tab.getByRole('button', { name: other.workspace }).click()
    // The list of workspaces names it as well: only the page behind it shows that the switch is over.
    await tab.waitForURL('**/connections')
    await act()
    await expect(page.getByText('That page was about another workspace')).toBeVisible()
    await page.getByRole('button', { name: ada.workspace }).click()
    await page.waitForURL('**/connections')
    await expect(page.getByRole('main')).toContainText(ada.workspace)
  }
  expect(await sql('SELECT 1 FROM pending_authorization WHERE user_id = $1', [ada.userId])).toEqual([])
  expect(await sql('SELECT name FROM workspace WHERE id = $1', [other.workspaceId])).toEqual([
    { name: other.workspace },
  ])
})

test('people join, switch and invite without JavaScript', async ({ browser, signIn, somebodyElse, sql }) => {
  const owner = await somebodyElse()
  const context = await browser.newContext({ baseURL: origins.app, javaScriptEnabled: false })
  const ben = await signIn(context)
  await verify(sql, ben)
  const link = await invite(owner.page, addressOf(ben), 'Admin')
  const page = await context.newPage()
  await page.goto(link)
  await page.getByRole('button', { name: 'Join workspace' }).click()
  await expect(page.getByText('You joined this workspace')).toBeVisible()
  await page.goto('/settings/members/invite')
  const email = `nobody-${ben.userId}@elsewhere.example`
  await page.getByRole('textbox', { name: 'Email address' }).fill(email)
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await expect(page.getByText(`An invitation is on its way to ${email}`)).toBeVisible()
  await menu(page, 'switch workspace').click()
  await page.getByRole('button', { name: ben.workspace }).click()
  await expect(page.getByRole('main')).toContainText(ben.workspace)
  await context.close()
})
