// A Chromium for the end-to-end tests. Node's own modules only.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { hasApt, installPackage } from './debian-package.mjs'
import { root } from './prepare.mjs'

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
  process.stdout.write('Installing a browser …\n')
  const quietly = { cwd: root, stdio: 'ignore', timeout: 180_000 }
  const isRoot = process.getuid?.() === 0
  const own = ['node_modules/playwright/cli.js', 'install', ...(isRoot ? ['--with-deps'] : []), 'chromium']
  if (spawnSync(process.execPath, own, quietly).status === 0 && hasPlaywrights()) return undefined
  installPackage('chromium')
  if (installedBrowser()) return undefined
  return hasApt()
    ? 'The end-to-end tests need a browser. Install one with: sudo apt-get install -y chromium'
    : 'The end-to-end tests need a browser. Install one with: npx playwright install chromium'
}

/** Whether Playwright's own is there and starts: without its system libraries it does not. */
function hasPlaywrights() {
  const script = `require('node:child_process').execFileSync(require('playwright').chromium.executablePath(), ['--version'])`
  return spawnSync(process.execPath, ['-e', script], { stdio: 'ignore', cwd: root }).status === 0
}
