import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startPostgres } from './dev-db.mjs'

// On a machine that is not set to UTC, as most laptops are.

type Server = Awaited<ReturnType<typeof startPostgres>>

let folder: string
let dir: string
let server: Server
beforeAll(async () => {
  vi.stubEnv('TZ', 'Asia/Kolkata')
  folder = mkdtempSync(join(tmpdir(), 'apd-dev-db-'))
  chmodSync(folder, 0o755)
  dir = join(folder, 'postgres')
  server = await startPostgres({ dir })
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The rows of one statement over a connection that says nothing of itself. */
async function ask(connectionString: string, text: string) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
const as = (login: keyof typeof LOGINS) => server[LOGINS[login]]('postgres')
const LOGINS = { postgres: 'adminUrl', dashboard_owner: 'ownerUrl', dashboard_app: 'appUrl' } as const
const logins = Object.keys(LOGINS) as (keyof typeof LOGINS)[]
const withPassword = (url: string, password: string) => Object.assign(new URL(url), { password }).href

const passwordsAreItsOwn = async () => {
  expect(statSync(`${dir}-passwords.json`).mode & 0o777).toBe(0o600)
  expect(new Set(logins.map((login) => new URL(as(login)).password)).size).toBe(3)
  for (const login of logins) {
    expect(await ask(as(login), 'SELECT current_user::text AS login')).toEqual([{ login }])
    await expect(ask(withPassword(as(login), 'postgres'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
  }
}

describe('the embedded server', () => {
  it('is set to UTC, whatever the zone of the machine', async () => {
    expect(await ask(server.appUrl('postgres'), 'SHOW TimeZone')).toEqual([{ TimeZone: 'UTC' }])
    expect(await ask(server.appUrl('postgres'), 'SHOW log_timezone')).toEqual([{ log_timezone: 'UTC' }])
    const [{ setting: written } = {}] = await ask(
      server.adminUrl('postgres'),
      `SELECT setting FROM pg_file_settings WHERE lower(name) = 'timezone'`,
    )
    expect(written).toBe('UTC')
  })

  it('has a random password for each login, in a file that only its owner reads', passwordsAreItsOwn)

  it('starts with the data folder of an earlier version, which had another zone and one known password', async () => {
    const port = Number(new URL(server.adminUrl('postgres')).port)
    await ask(server.adminUrl('postgres'), `ALTER SYSTEM SET TimeZone = 'Asia/Kolkata'`)
    await ask(
      server.adminUrl('postgres'),
      logins
        .toReversed()
        .map((login) => `ALTER ROLE ${login} PASSWORD 'postgres'`)
        .join(';'),
    )
    await server.stop()
    rmSync(`${dir}-passwords.json`)
    server = await startPostgres({ dir, port })
    expect(await ask(server.appUrl('postgres'), 'SHOW TimeZone')).toEqual([{ TimeZone: 'UTC' }])
    await passwordsAreItsOwn()
  })
})
