import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const resolve = {
  alias: {
    '@': fileURLToPath(new URL('.', import.meta.url)),
    // `server-only` throws outside a React server build; in the tests every module is on the server.
    'server-only': fileURLToPath(new URL('scripts/testing/server-only.ts', import.meta.url)),
  },
}
// Only what hangs takes this long: no test says how fast the machine is, and others may want the same cores.
const patience = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 120_000 } } }
const exclude = ['**/node_modules/**', '**/.next/**', 'e2e/**']

export default defineConfig({
  test: {
    // Left to itself vitest keeps one core for its own, which on two is half of the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...exclude, '**/*.integration.test.ts'],
          setupFiles: ['scripts/testing/no-console.ts'],
          ...patience,
        },
      },
      {
        resolve,
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude,
          globalSetup: ['scripts/testing/postgres.ts'],
          setupFiles: ['scripts/testing/no-console.ts'],
          ...patience,
        },
      },
    ],
  },
})
