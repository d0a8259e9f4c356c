import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyLabel, newTokenKeyEntry } from '@/lib/keys/key-label'
import { sealedValuesStore } from '@/lib/keys/sealed-values-store'
import { parseTokenKeys } from '@/lib/vault/keyring'
import { createVault, storedSealedToken } from '@/lib/vault/seal'
import { testEnvironment } from './testing/environment'
import { freshDatabase } from './testing/fresh-database'
import { startKeys } from './testing/keys-command'
import { seedConnection, seedWorkspace } from './testing/seed-connection'

// The command as an operator runs it: processes of their own over PostgreSQL.

const CONNECTIONS = 1_000
const KILLS = 20
const [old, fresh] = [newTokenKeyEntry('k1'), newTokenKeyEntry('k2')]

let database: Awaited<ReturnType<typeof freshDatabase>>
let environment: ReturnType<typeof testEnvironment>
let workspaceId: string
beforeAll(async () => {
  database = await freshDatabase()
  environment = testEnvironment({
    databaseUrl: database.url,
    sandboxOrigin: 'http://127.0.0.1:4010',
    clientId: 'appid_test',
    clientSecret: 'a-secret-of-the-tests-0123456789',
  })
  workspaceId = await seedWorkspace(database.sql)
})
afterAll(() => database.close())

const keys = (tokenKeys: string, ...args: string[]) => startKeys(args, { ...environment, TOKEN_KEYS: tokenKeys })[1]

/** Numbers from 0 to 1, the same in every run (mulberry32). */
function seeded(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const LOOK = `SELECT * FROM credential ORDER BY connection_id`
type Row = Record<string, unknown> & { connection_id: string }
const withoutSeals = ({ sealed_access_token, sealed_refresh_token, ...rest }: Row) => rest

describe('keys', { timeout: 600_000 }, () => {
  it.each([[[]], [['constructor']], [['status', 'k1']], [['retire', 'k1', 'k2']]])(
    'explains itself where it is not understood: %j',
    async (args) => {
      const { status, stdout, stderr } = await keys(old, ...args)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).toMatch(/^Usage: npm run keys/)
    },
  )

  it('prints the new entry alone to stdout, and no key that it knows', async () => {
    const { status, stdout, stderr } = await keys(old, 'add', '2026-11')
    expect(status).toBe(0)
    expect(parseTokenKeys(`${old},${stdout.trim()}`).map(({ id }) => id)).toEqual(['k1', '2026-11'])
    expect(stderr).toContain('END of TOKEN_KEYS')
    expect(stdout + stderr).not.toContain(old.slice(3))
    expect(stderr).not.toContain(stdout.trim())
  })

  it('answers errors in words, without keys', async () => {
    const bad = await keys('k1:Sentinel', 'status')
    expect(bad).toMatchObject({ status: 1, stdout: '' })
    expect(bad.stderr).toMatch(/^The environment is not usable:\n {2}TOKEN_KEYS /)
    const unreachable = { ...environment, DATABASE_URL: 'postgresql://nobody:Sentinel@127.0.0.1:1/nothing' }
    const [, ended] = startKeys(['status'], unreachable)
    const down = await ended
    expect(down).toMatchObject({ status: 1, stdout: '' })
    expect(down.stderr).toMatch(/^DATABASE_URL leads to a server that does not answer: .+\.\n$/)
    expect(bad.stderr + down.stderr).not.toContain('Sentinel')
    const taken = await keys(old, 'add', 'k1')
    expect(taken).toMatchObject({ status: 1, stdout: '', stderr: 'Refused:\n  TOKEN_KEYS has a key "k1" already\n' })
    expect(await keys(old, 'add', 'no id')).toMatchObject({ status: 1, stdout: '' })
  })

  it('refuses another key under an id that was used before, and every id that was', async () => {
    const [label] = parseTokenKeys(old).map(keyLabel)
    await database.sql(`INSERT INTO token_key VALUES ('k1', $1, now()), ('k0', 'k0:00', now())`, [label])
    const other = await keys(newTokenKeyEntry('k1'), 'status')
    expect(other).toMatchObject({ status: 1, stdout: '' })
    expect(other.stderr).toContain('another key than before under the id "k1".')
    expect(await keys(old, 'add', 'k0')).toMatchObject({
      status: 1,
      stderr: 'Refused:\n  "k0" named a key before, and backups may hold what that key sealed\n',
    })
  })

  it('re-seals to the end, killed twenty times on the way', async () => {
    const names = Array.from({ length: CONNECTIONS }, (_, index) => String(index))
    const ids = new Map<string, string>()
    for (const name of names) {
      const tokens = { accessToken: `access-${name}`, refreshToken: `refresh-${name}`, accessTokenLeftMs: 100_000 }
      ids.set(
        await seedConnection(database.sql, old, { workspaceId, airwallexAccountId: `acct_${name}`, ...tokens }),
        name,
      )
    }
    const before = (await database.sql<Row>(LOOK)).map(withoutSeals)
    const store = sealedValuesStore(database.adminClient())
    const left = async () =>
      (await store.countByKey()).filter(({ keyId }) => keyId === 'k1').reduce((sum, { values }) => sum + values, 0)
    // Slow enough for the end not to come before the last kill.
    await database.sql(`CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END $$`)
    await database.sql('CREATE TRIGGER slowly BEFORE UPDATE ON credential FOR EACH ROW EXECUTE FUNCTION slowly()')

    const random = seeded(20)
    for (let kill = 0; kill < KILLS; kill++) {
      const goal = (await left()) - 1 - Math.floor(random() * 50)
      const [child, ended] = startKeys(['reseal'], { ...environment, TOKEN_KEYS: `${fresh},${old}` })
      await expect.poll(left, { interval: 5 }).toBeLessThanOrEqual(goal)
      child.kill('SIGKILL')
      expect(await ended).toMatchObject({ signal: 'SIGKILL', stdout: '' })
    }
    await database.sql('DROP TRIGGER slowly ON credential')
    const remaining = await left()
    expect(remaining).toBeGreaterThan(0)
    expect(remaining).toBeLessThan(2 * CONNECTIONS - KILLS)
    expect(await keys(`${fresh},${old}`, 'retire', 'k1')).toMatchObject({ status: 1, stdout: '' })

    const last = await keys(`${fresh},${old}`, 'reseal')
    expect(last).toMatchObject({ status: 0, stdout: `Sealed ${remaining} values with "k2".\n` })
    expect(last.stderr.split('\n').length).toBeGreaterThan(5)
    expect(await left()).toBe(0)
    const retired = await keys(`${fresh},${old}`, 'retire', 'k1')
    expect(retired.stdout).toContain('Nothing uses "k1". Set TOKEN_KEYS to: k2\n')

    const rows = await database.sql<Row>(LOOK)
    expect(rows.map(withoutSeals)).toEqual(before)
    const vault = createVault(parseTokenKeys(fresh))
    for (const { connection_id: connectionId, sealed_access_token, sealed_refresh_token } of rows) {
      const binding = { environment: 'local', workspaceId, connectionId, grantNo: 1, generation: 1 }
      const opened = await Promise.all([
        vault.open({ ...binding, field: 'access_token' }, storedSealedToken(String(sealed_access_token))),
        vault.open({ ...binding, field: 'refresh_token' }, storedSealedToken(String(sealed_refresh_token))),
      ])
      const name = ids.get(connectionId)
      expect(opened.map((outcome) => outcome.kind === 'opened' && outcome.value.reveal())).toEqual([
        `access-${name}`,
        `refresh-${name}`,
      ])
    }
  })
})
