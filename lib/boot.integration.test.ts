import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'

let database: Awaited<ReturnType<typeof freshDatabase>>
let good: ReturnType<typeof testEnvironment>
beforeAll(async () => {
  database = await freshDatabase()
  good = testEnvironment({
    databaseUrl: database.url,
    sandboxOrigin: 'http://127.0.0.1:4010',
    clientId: 'appid_test',
    clientSecret: randomBytes(24).toString('base64url'),
  })
})
afterAll(() => database.close())

/** The boot of a process of its own, with this environment and nothing else of ours. */
function boot(environment: Record<string, string>) {
  const { PATH = '' } = process.env
  const script = "import('./lib/boot.ts').then(({ boot }) => boot()).then(() => process.exit(0))"
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--eval', script], {
    env: { PATH, NODE_ENV: 'production', ...environment },
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

describe('boot', () => {
  it('goes on with a usable environment, silently', () => {
    expect(boot(good)).toMatchObject({ status: 0, output: '' })
  })

  it('stops at a bad one, naming the variables and no value', () => {
    const { status, output } = boot({ ...good, NEXTAUTH_SECRET: 'Sentinel-Secret', TOKEN_KEYS: 'k:SENTINEL' })
    expect(status).toBe(1)
    expect(output).toMatch(/^The environment is not usable:\n {2}TOKEN_KEYS .*\n {2}NEXTAUTH_SECRET .*\n$/)
    expect(output).not.toMatch(/sentinel/i)
  })
})
