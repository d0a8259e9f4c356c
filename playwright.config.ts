import { defineConfig, devices } from '@playwright/test'
import { installedBrowser } from './scripts/browser.mjs'

const executablePath = installedBrowser()
const AFTERWARDS = ['leaks.spec.ts', 'log-output.spec.ts']

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/global-setup.ts',
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  // Generous, for machines that do something else as well; a click that nothing answers still ends soon.
  expect: { timeout: 10_000 },
  reporter: [['dot'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? 'test-results/report.json' }]],
  use: {
    trace: 'retain-on-failure',
    actionTimeout: 20_000,
    launchOptions: {
      ...(executablePath && { executablePath }),
      // Chromium's own requests home, which have nothing to do with the product.
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-quic',
      ],
    },
  },
  projects: [
    { name: 'stories', use: { ...devices['Desktop Chrome'] }, testIgnore: AFTERWARDS },
    // Look at whatever the stories left behind.
    { name: 'leaks', use: { ...devices['Desktop Chrome'] }, testMatch: AFTERWARDS, dependencies: ['stories'] },
  ],
})
