import type { Locator, Page } from '@playwright/test'

/** Signs in as one of the people of the sandbox's OpenID provider, from the sign-in page on. */
export async function signInAs(page: Page, person: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with Demo Directory' }).click()
  await page.getByRole('button', { name: `Continue as ${person}` }).click()
}

/** What opens a menu: a summary, to which ARIA gives no role. */
export const menu = (page: Page, name: string): Locator => page.locator('summary').filter({ hasText: name })

/** Opens the menu with the viewer's name on it and signs out. */
export async function signOut(page: Page): Promise<void> {
  await menu(page, 'account and theme').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
}
