import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { menu, signInAs, signOut } from './provider'
import { sandbox } from './sandbox'

// The whole of the main job as one person does it, from the first page to the last.

const heading = (page: Page) => page.getByRole('heading', { level: 1 })
const fact = (page: Page, term: string) =>
  page
    .locator('dl > div')
    .filter({ has: page.getByRole('term').getByText(term, { exact: true }) })
    .getByRole('definition')

test('Ada signs in, connects three accounts, adds a permission, disconnects, reauthorizes and signs out', async ({
  page,
  connect,
  consent,
}) => {
  test.slow()
  const run = randomUUID().slice(0, 8)
  const [harbour, thames, wattle] = await Promise.all([
    sandbox.createAccount(`Harbour ${run} Limited`),
    sandbox.createAccount(`Thames ${run} Ltd`),
    sandbox.createAccount(`Wattle ${run} Pty Ltd`),
  ])

  await test.step('sign in', async () => {
    await page.goto('/')
    await expect(heading(page)).toHaveText('Sign in')
    await signInAs(page, 'Ada Okafor')
    await page.waitForURL('**/connections')
    await expect(page.getByText('No accounts connected yet')).toBeVisible()
  })

  await test.step('connect three accounts, one of them without a permission', async () => {
    await connect(page, harbour)
    await connect(page, thames, { without: [/transfers/] })
    await connect(page, wattle)
    await page.goto('/connections')
    const rows = page.getByRole('row').filter({ hasText: run })
    await expect(rows).toHaveCount(3)
    await expect(rows.filter({ hasText: 'Active' })).toHaveCount(3)
    await expect(rows.filter({ hasText: harbour.name })).toContainText(harbour.id)
    await expect(rows.filter({ hasText: harbour.name })).toContainText(/Company.*Singapore/)
  })

  await test.step('see one of them', async () => {
    await page.getByRole('link', { name: harbour.name }).click()
    await expect(heading(page)).toHaveText(harbour.name)
    await expect(page.getByRole('code').filter({ hasText: harbour.id }).first()).toBeVisible()
    await expect(fact(page, 'Country')).toHaveText('Singapore')
    await expect(fact(page, 'Structure')).toHaveText('Company')
    await expect(fact(page, 'Airwallex status')).toHaveText('Active')
    await expect(fact(page, 'Connected by')).toContainText('Ada Okafor')
    const balances = page.getByRole('table').filter({ hasText: 'Available' })
    await expect(balances.getByRole('rowheader', { name: /EUR/ })).toBeVisible()
    await expect(balances.getByRole('row', { name: /USD/ })).toContainText(/\d/)
    const permissions = page.getByRole('region', { name: 'Permissions' })
    await expect(permissions).toContainText('See transfers')
    await expect(permissions.getByRole('code').filter({ hasText: 'transfer:read' })).toBeVisible()
    const tokens = page.getByRole('region', { name: 'Tokens' })
    await expect(tokens).toContainText('Access token')
    await expect(tokens).toContainText('Refresh token')
  })

  await test.step('add a permission', async () => {
    await page.goto('/connections')
    await page.getByRole('link', { name: thames.name }).click()
    await expect(page.getByRole('region', { name: 'Permissions' })).toContainText('Requested but not granted')
    const address = page.url()
    await page.getByRole('link', { name: 'Add permissions' }).first().click()
    await expect(heading(page)).toHaveText('Add permissions')
    await expect(page.getByRole('region', { name: 'Granted now and requested again' })).toContainText('balances')
    await expect(page.getByRole('checkbox', { name: /transfers/ })).toBeChecked()
    await page.getByRole('button', { name: 'Add permissions' }).click()
    await consent(page, thames)
    await page.waitForURL('**/connect/result/**')
    await expect(heading(page)).toHaveText(`${thames.name} has new permissions`)
    await page.getByRole('link', { name: 'View connection' }).click()
    await expect(page).toHaveURL(address)
    await expect(page.getByRole('region', { name: 'Permissions' })).toContainText('See transfers')
    await expect(page.getByText('Requested but not granted')).toHaveCount(0)
  })

  await test.step('disconnect another', async () => {
    await page.goto('/connections')
    await page.getByRole('link', { name: wattle.name }).click()
    await menu(page, 'Actions').click()
    await page.getByRole('link', { name: 'Disconnect' }).click()
    await expect(heading(page)).toHaveText(`Disconnect ${wattle.name}?`)
    await expect(page.getByRole('listitem').filter({ hasText: 'Stops right away' })).toContainText(
      'We delete its tokens',
    )
    const remains = page.getByRole('listitem').filter({ hasText: 'Stays at Airwallex' })
    await expect(remains.getByRole('link')).toHaveAttribute('href', 'https://www.airwallex.com/app/integrations/home')
    await page.getByRole('button', { name: 'Disconnect' }).click()
    await expect(heading(page)).toHaveText(wattle.name)
    await expect(page.getByText('We deleted its tokens and kept its history.')).toBeVisible()
    await expect(page.getByText('The consent itself remains at Airwallex')).toBeVisible()
    await expect(page.getByRole('region', { name: 'Renewal history' })).toContainText('Authorized')
    await expect(page.getByRole('region', { name: 'Balances', exact: true })).toContainText('As of')
  })

  await test.step('and reauthorize it, with the same id and history', async () => {
    const address = page.url()
    await page.getByRole('link', { name: 'Reauthorize' }).first().click()
    await expect(page.getByRole('main')).toContainText(wattle.id)
    await page.getByRole('button', { name: 'Reauthorize' }).click()
    await consent(page, wattle)
    await page.waitForURL('**/connect/result/**')
    await expect(heading(page)).toHaveText(`${wattle.name} is reauthorized`)
    await page.getByRole('link', { name: 'View connection' }).click()
    await expect(page).toHaveURL(address)
    await expect(
      page.getByRole('region', { name: 'Renewal history' }).getByText('Authorized', { exact: true }),
    ).toHaveCount(2)
  })

  await test.step('sign out', async () => {
    await signOut(page, 'Sign out')
    await expect(heading(page)).toHaveText('Sign in')
    await page.goto('/connections')
    await expect(heading(page)).toHaveText('Sign in')
  })
})
