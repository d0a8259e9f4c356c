import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '@/scripts/dev-db.mjs'
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
function program(options = '') {
  const script = `import('./lib/deployment/boot.ts').then(({ boot }) => boot(${options})).then(() => process.exit(0))`
  return ['--import', 'tsx', '--conditions=react-server', '--eval', script]
}
const only = (environment: Record<string, string>): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  ...environment,
})
const start = (environment: Record<string, string>) =>
  spawn(process.execPath, program(), { env: only(environment), stdio: ['ignore', 'pipe', 'inherit'] })

function boot(environment: Record<string, string>, options = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, program(options), {
    env: only(environment),
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

/** A port that leads to another one. */
const forward = (from: number, to: number) =>
  createServer((client) => {
    const server = connect(to, '127.0.0.1')
    client.pipe(server).pipe(client)
    for (const socket of [client, server]) socket.on('error', () => socket.destroy())
  }).listen(from, '127.0.0.1')

/** What a start that failed names, in the one line that it prints. */
function problems(output: string): string[] {
  const [line = '', ...more] = output.trimEnd().split('\n')
  expect(more).toEqual([])
  const { level, msg, problems } = JSON.parse(line)
  expect({ level, msg }).toEqual({ level: 60, msg: 'The start failed' })
  return problems
}

describe('boot', () => {
  it('goes on with a usable environment, silently', () => {
    expect(boot(good)).toMatchObject({ status: 0, output: '' })
  })

  it('stops at a bad one, naming the variables and no value', () => {
    const { status, output } = boot({ ...good, NEXTAUTH_SECRET: 'Sentinel-Secret', TOKEN_KEYS: 'k:SENTINEL' })
    expect(status).toBe(1)
    expect(problems(output)).toEqual([
      expect.stringMatching(/^TOKEN_KEYS must/),
      expect.stringMatching(/^NEXTAUTH_SECRET must/),
    ])
    expect(output).not.toMatch(/sentinel/i)
  })

  it('stops as a role that row-level security does not hold, at once, saying what to do and no value', () => {
    const { status, output } = boot({ ...good, DATABASE_URL: database.adminUrl })
    expect(status).toBe(1)
    expect(problems(output)).toEqual([
      expect.stringMatching(/^DATABASE_URL is not usable: its role is a superuser .*member of partner_dashboard_app/s),
    ])
    expect(output).not.toContain('postgres:')
  })

  it('stops a worker without the direct connection that its queue needs, and nothing else', () => {
    const { status, output } = boot({ ...good, DATABASE_DIRECT_URL: '' }, '{ isWorker: true }')
    expect(status).toBe(1)
    expect(problems(output)).toEqual(['DATABASE_DIRECT_URL is missing, which the worker needs'])
    expect(boot({ ...good, DATABASE_DIRECT_URL: database.ownerUrl }, '{ isWorker: true }').status).toBe(0)
  })
  /** An address of the database with something else in it. */
  const changed = (url: string, change: Partial<Pick<URL, 'password' | 'pathname' | 'port'>>) =>
    Object.assign(new URL(url), change).href

  it.each([
    ['a wrong password', { password: 'Sentinel' }, /is refused by the server: check its user and/],
    ['a database that is not there', { pathname: '/sentinel' }, /a database that does not exist/],
    ['one that was never migrated', { pathname: '/postgres' }, /run npm run db:migrate$/],
  ])('stops at %s without trying again, saying which it is', (_, change, sentence) => {
    const { status, output } = boot({ ...good, DATABASE_URL: changed(good.DATABASE_URL, change) })
    expect(status).toBe(1)
    expect(problems(output)).toEqual([expect.stringMatching(sentence)])
    expect(output).toMatch(/DATABASE_URL /)
    expect(output).not.toMatch(/sentinel/i)
  })

  it('stops a worker whose queue cannot sign in, naming that variable', () => {
    const DATABASE_DIRECT_URL = changed(database.ownerUrl, { password: 'Sentinel' })
    const { status, output } = boot({ ...good, DATABASE_DIRECT_URL }, '{ isWorker: true }')
    expect(status).toBe(1)
    expect(problems(output)).toEqual([expect.stringMatching(/^DATABASE_DIRECT_URL is refused by the server/)])
  })

  it('stops on a schema that is behind', async () => {
    const newest = `WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`
    await database.sql(`UPDATE _prisma_migrations SET finished_at = NULL ${newest}`)
    const { status, output } = boot(good)
    await database.sql(`UPDATE _prisma_migrations SET finished_at = now() ${newest}`)
    expect(status).toBe(1)
    expect(problems(output)).toEqual([expect.stringMatching(/schema is missing or behind: run npm run db:migrate$/)])
  })

  it('says at once that it waits for a server that does not answer, and goes on when it does', async () => {
    const port = await freePort()
    const DATABASE_URL = changed(good.DATABASE_URL, { port: String(port) })
    const child = start({ ...good, DATABASE_URL, LOG_LEVEL: 'info' })
    const [told] = await once(child.stdout, 'data')
    expect(JSON.parse(String(told))).toMatchObject({ msg: 'The database cannot be used yet', reason: 'unreachable' })
    const server = forward(port, Number(new URL(good.DATABASE_URL).port))
    expect((await once(child, 'exit'))[0]).toBe(0)
    server.close()
  })
})
