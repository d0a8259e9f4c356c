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
function boot(environment: Record<string, string>, options = '') {
  const { PATH = '' } = process.env
  const script = "import('./lib/boot.ts').then(({ boot }) => boot(OPTIONS)).then(() => process.exit(0))".replace(
    'OPTIONS',
    options,
  )
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--conditions=react-server', '--eval', script],
    {
      env: { PATH, NODE_ENV: 'production', ...environment },
      encoding: 'utf8',
    },
  )
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

  it('stops as a role that row-level security does not hold, at once, saying what to do and no value', () => {
    const { status, output } = boot({ ...good, DATABASE_URL: database.adminUrl })
    expect(status).toBe(1)
    expect(output).toMatch(/^DATABASE_URL is not usable: its role is a superuser .*member of partner_dashboard_app/s)
    expect(output).not.toContain('postgres:')
  })

  it('stops a worker without the direct connection that its queue needs, and nothing else', () => {
    expect(boot({ ...good, DATABASE_DIRECT_URL: '' }, '{ isWorker: true }')).toEqual({
      status: 1,
      output: 'The environment is not usable:\n  DATABASE_DIRECT_URL is missing, which the worker needs\n',
    })
    expect(boot({ ...good, DATABASE_DIRECT_URL: database.ownerUrl }, '{ isWorker: true }').status).toBe(0)
  })
})
