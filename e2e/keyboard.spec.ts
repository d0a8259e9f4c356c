import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { menu } from './provider'

// The main job with the keyboard alone.

/** Goes on with Tab until something has the focus, as someone does who sees the focus. */
async function tabTo(page: Page, target: Locator, limit = 40) {
  for (let presses = 0; presses < limit; presses += 1) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) {
      await expect(target).toBeInViewport()
      return
    }
  }
  throw new Error(`Not reached within ${limit} presses: ${target}`)
}

/** Whether what has the focus shows it: an outline of its own. */
const hasOutline = (page: Page) =>
  page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body)
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0
  })

test('connect, open the menu, disconnect', async ({ page, partner, account, connect, connectionId }) => {
  await page.goto('/connections')
  await tabTo(page, page.getByRole('button', { name: 'Connect to Airwallex' }).first())
  expect(await hasOutline(page), partner.workspace).toBe(true)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/oauth/**')

  await connect(page, account)
  await page.reload()
  await tabTo(page, page.getByRole('link', { name: 'View connection' }))
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/connections/${await connectionId(partner, account)}`)

  const actions = menu(page, 'Actions')
  await tabTo(page, actions)
  expect(await hasOutline(page)).toBe(true)
  await page.keyboard.press('Enter')
  const disconnect = page.getByRole('link', { name: 'Disconnect' })
  await expect(disconnect).toBeVisible()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Escape')
  await expect(disconnect).toBeHidden()
  await expect(actions).toBeFocused()
  await page.keyboard.press('Enter')
  await tabTo(page, disconnect, 10)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/disconnect')
  await tabTo(page, page.getByRole('button', { name: 'Disconnect' }))
  await page.keyboard.press('Enter')
  await expect(page.getByText('We deleted its tokens and kept its history.')).toBeVisible()
})

for (const path of ['/connections', '/reliability', '/sign-in', '/connect/result/wrong_browser']) {
  test(`the first press of Tab on ${path} offers to skip to the content`, async ({ page, context, partner }) => {
    if (path === '/sign-in') await context.clearCookies()
    await page.goto(path)
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: 'Skip to content' })
    await expect(skip, partner.workspace).toBeFocused()
    await expect(skip).toBeInViewport()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('main')).toBeFocused()
  })
}

test('the narrow page’s menu opens, closes and gives the focus back', async ({ page, partner }) => {
  await page.setViewportSize({ width: 360, height: 800 })
  await page.goto('/connections')
  const opener = page.getByRole('button', { name: 'Menu' })
  await tabTo(page, opener)
  await page.keyboard.press('Enter')
  const navigation = page.getByRole('navigation', { name: 'Main' })
  await expect(navigation, partner.workspace).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(navigation).toBeHidden()
  await expect(opener).toBeFocused()
})
