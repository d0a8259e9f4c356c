import type { Locator, Page } from '@playwright/test'

/** Leaves for the sandbox's OpenID provider, which asks who it is unless it knows by its own session. */
export const leaveForProvider = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Sign in with Demo Directory' }).click()

/** Signs in as one of the people of the provider, which asks, from the sign-in page on. */
export async function signInAs(page: Page, person: string): Promise<void> {
  await leaveForProvider(page)
  await page.getByRole('button', { name: `Continue as ${person}` }).click()
}

/** What opens a menu: a summary, to which ARIA gives no role. */
export const menu = (page: Page, name: string): Locator => page.locator('summary').filter({ hasText: name })

/**
 * Opens the menu with the viewer's name on it and signs out; someone who signed in at the provider there too, or not: what
 * `atProvider` says.
 */
export async function signOut(page: Page, atProvider?: 'Sign out' | 'Stay signed in'): Promise<void> {
  await menu(page, 'account and theme').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  if (atProvider) {
    await page.getByText('has signed you out').waitFor()
    await page.getByRole('button', { name: atProvider }).click()
  }
  await page.waitForURL('**/sign-in')
}
