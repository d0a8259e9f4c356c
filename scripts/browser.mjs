// A Chromium for the end-to-end tests. Node's own modules only.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The browser to use; undefined means: Playwright's own. */
export const installedBrowser = () => process.env.CHROMIUM_PATH ?? CANDIDATES.find((path) => existsSync(path))

/** Finds a browser or installs one. @returns {string | undefined} what is missing, and the line that mends it */
export function ensureBrowser() {
  if (installedBrowser() || hasPlaywrights()) return undefined
  const quietly = { stdio: 'ignore', timeout: 180_000 }
  const isRoot = process.getuid?.() === 0
  const own = ['node_modules/playwright/cli.js', 'install', ...(isRoot ? ['--with-deps'] : []), 'chromium']
  if (spawnSync(process.execPath, own, quietly).status === 0 && hasPlaywrights()) return undefined
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    spawnSync('apt-get', ['update'], quietly)
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quietly)
    if (installedBrowser()) return undefined
  }
  return existsSync('/usr/bin/apt-get')
    ? 'The end-to-end tests need a browser. Install one with: sudo apt-get install -y chromium'
    : 'The end-to-end tests need a browser. Install one with: npx playwright install chromium'
}

function hasPlaywrights() {
  const script = `process.exit(require('node:fs').existsSync(require('playwright').chromium.executablePath()) ? 0 : 1)`
  return spawnSync(process.execPath, ['-e', script], { stdio: 'ignore' }).status === 0
}
