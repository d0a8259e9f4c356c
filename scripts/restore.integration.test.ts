import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '@/lib/db'
import { deploymentStore } from '@/lib/deployment/deployment-store'
import { checkDeployment } from '@/lib/deployment/identity'
import { quarantineStore } from '@/lib/deployment/quarantine-store'
import { setLogLevel } from '@/lib/log'
import { setBounds } from '@/worker/set-bounds'
import { root } from './prepare.mjs'
import { startDebianPostgres } from './testing/debian-postgres'
import { testEnvironment } from './testing/environment'
import { seedConnection, seedWorkspace } from './testing/seed-connection'

// What docs/operations.md says about roles, dumps and restoring them, run as it stands there.

const page = readFileSync(join(root, 'docs/operations.md'), 'utf8')
const section = (title: string) => page.split(/^#+ /m).find((part) => part.startsWith(`${title}\n`)) ?? ''
const lines = (title: string, language: string) => {
  const block = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(section(title))?.[1] ?? ''
  return block.split('\n').filter((line) => line && !line.startsWith('--'))
}

const HERE = { environment: 'local', appOrigin: 'http://localhost:3000' }
const folder = mkdtempSync(join(tmpdir(), 'apd-dump-'))
const dump = join(folder, 'dashboard.sql')
let server: Awaited<ReturnType<typeof startDebianPostgres>>
let environment: ReturnType<typeof testEnvironment>

beforeAll(async () => {
  setLogLevel('silent')
  server = await startDebianPostgres()
  environment = testEnvironment({
    databaseUrl: '',
    sandboxOrigin: 'http://127.0.0.1:4010',
    clientId: 'appid_test',
    clientSecret: 'a-secret-of-a-test-0123456789',
  })
})
afterAll(() => {
  server?.stop()
  rmSync(folder, { recursive: true })
})

/** A line of the page, in a shell, for one database. */
function shell(line: string, database: string) {
  return execFileSync('bash', ['-euo', 'pipefail', '-c', line.replace('dashboard.sql', dump)], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...environment,
      PATH: `${server.bin}:${process.env.PATH}`,
      DATABASE_URL: server.url('dashboard_app', database),
      DATABASE_DIRECT_URL: server.url('dashboard_owner', database),
    },
  })
}

async function withAdmin<T>(database: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server.url('postgres', database) })
  await client.connect()
  const sql: Sql = (text, values) => client.query(text, values as unknown[]).then(({ rows }) => rows)
  try {
    return await work(sql)
  } finally {
    await client.end()
  }
}
type Sql = Parameters<typeof seedWorkspace>[0]

/** A digest of each table's rows, whoever may see them. */
const content = (database: string) =>
  withAdmin(database, async (sql) => {
    const tables = await sql<{ name: string }>(
      `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
       WHERE relkind = 'r' AND nspname IN ('public', 'graphile_worker') ORDER BY 1`,
    )
    const digests: [string, string | undefined][] = []
    for (const { name } of tables) {
      const [row] = await sql<{ digest: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS digest FROM ${name} t`,
      )
      digests.push([name, row?.digest])
    }
    return Object.fromEntries(digests)
  })

const bounds = (database: string) =>
  withAdmin(database, (sql) =>
    sql(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
         current_setting('idle_in_transaction_session_timeout') AS idle`,
    ),
  )

async function check(database: string) {
  const client = connect(server.url('dashboard_app', database), { max: 2 })
  try {
    return { found: await checkDeployment(HERE, deploymentStore(client)), state: await quarantineStore(client).state() }
  } finally {
    await client.$disconnect()
  }
}

describe('a dump that is restored by the book', () => {
  it('has every row and right again, the bounds that no dump carries, and is quarantined', async () => {
    const [backup = ''] = lines('Database roles', 'sh').filter((line) => line.includes('pg_dump'))
    const [restore = '', ...rest] = lines('Restoring a dump', 'sh')
    const psql = (statement: string, database: string) =>
      execFileSync(join(server.bin, 'psql'), [
        '-qv',
        'ON_ERROR_STOP=1',
        '-c',
        statement,
        server.url('postgres', database),
      ])

    for (const statement of lines('Database roles', 'sql')) {
      psql(statement, /SCHEMA/.test(statement) ? 'dashboard' : 'postgres')
    }
    shell('npm run db:migrate', 'dashboard')
    await withAdmin('dashboard', async (sql) => {
      for (const name of ['One', 'Two']) {
        const workspaceId = await seedWorkspace(sql, name)
        const tokens = { accessToken: `a-${name}`, refreshToken: `r-${name}`, accessTokenLeftMs: 60_000 }
        await seedConnection(sql, environment.TOKEN_KEYS, {
          workspaceId,
          airwallexAccountId: `acct_${name}`,
          ...tokens,
        })
      }
    })
    expect((await check('dashboard')).found).toEqual({ kind: 'registered' })
    const before = await content('dashboard')
    const [set] = await bounds('dashboard')
    expect(set).toEqual({ statement: '5s', lock: '2s', idle: '10s' })

    shell(backup, 'dashboard')
    psql('CREATE DATABASE restored OWNER dashboard_owner', 'postgres')
    shell(restore, 'restored')
    expect(await content('restored')).toEqual(before)
    expect(await bounds('restored')).toEqual([{ statement: '0', lock: '0', idle: '0' }])
    await expect(check('restored')).rejects.toThrow('ALTER DATABASE "restored" SET statement_timeout')

    const printed = rest.map((line) => shell(line, 'restored')).join('')
    expect(printed).toContain('statement_timeout, lock_timeout, idle_in_transaction_session_timeout')
    expect(printed).toContain('Quarantined 2 active connections')
    expect(await bounds('restored')).toEqual([set])
    const restored = await check('restored')
    expect(restored.found.kind).toBe('quarantined')
    expect(restored.state).toMatchObject({ quarantined: 2, active: 2 })
  })

  it('keeps a bound that the owner chose', async () => {
    const pool = new pg.Pool({ connectionString: server.url('dashboard_owner', 'restored'), max: 1 })
    await pool.query(`ALTER DATABASE restored SET statement_timeout = '4s'`)
    await pool.query('ALTER DATABASE restored RESET lock_timeout')
    expect(await setBounds(pool)).toEqual(['lock_timeout'])
    await pool.end()
    expect(await bounds('restored')).toEqual([{ statement: '4s', lock: '2s', idle: '10s' }])
  })
})
