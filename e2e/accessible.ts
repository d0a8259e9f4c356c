import AxeBuilder from '@axe-core/playwright'
import type { BrowserContext, Page } from '@playwright/test'
import { expect } from './fixtures'
import { origins } from './origins'

const THEMES = ['light', 'dark'] as const
const WIDTHS = [1_280, 360] as const

/** Looks at the page itself, which has no frames, in one go: nothing else is opened, and the page stays in front. */
export async function expectNoViolations(page: Page, where: string) {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  const found = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  expect(found, where).toEqual([])
}

/** In both themes, wide and narrow: no violation of any weight, and nothing to scroll sideways. */
export async function expectAccessible(page: Page, context: BrowserContext, path = page.url()) {
  for (const theme of THEMES) {
    await context.addCookies([{ name: 'pd.theme', value: theme, url: origins.app }])
    await page.goto(path)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
      await expect(page).toHaveTitle(/ · Partner dashboard$/)
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
      await expect(page.getByText('Reading…')).toHaveCount(0, { timeout: 15_000 })
      await expectNoViolations(page, `${path}, ${theme}, ${width} px`)
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(beyond, `${path}, ${width} px: pixels to scroll sideways`).toBeLessThanOrEqual(0)
    }
  }
}
