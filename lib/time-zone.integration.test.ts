import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { heartbeatStore } from '@/lib/background/heartbeat-store'
import { reconcileStore } from '@/lib/background/reconcile-store'
import { connect, type Db, inWorkspace } from '@/lib/db'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedWorkspace } from '@/scripts/testing/seed-connection'
import { startPgBouncer } from '@/simulation/real/pgbouncer'
import { recordAudit } from './audit/audit-store'
import { sessionStore } from './auth/session-store'

// What is stored is compared as text that PostgreSQL writes: a shift on the way in and the same one on the way out would
// cancel each other. The server of these tests is at +05:30 and writes dates as Germans do (scripts/testing/postgres.ts).

const NOW = '2026-11-30T23:45:00.123Z'
const LATER = '2026-12-01T04:00:00.000Z'
const ACCOUNT = 'acct_1'

type Database = Awaited<ReturnType<typeof freshDatabase>>
type Way = { readonly url: string; stop(): Promise<void> }

const ways = {
  'straight to PostgreSQL': async ({ url }: Database): Promise<Way> => ({ url, stop: async () => {} }),
  'through PgBouncer': pooled,
}

async function pooled(database: Database): Promise<Way> {
  const [{ data_directory: data = '' } = {}] = await database.sql<{ data_directory: string }>('SHOW data_directory')
  const { uid, gid } = statSync(data)
  const folder = mkdtempSync(join(tmpdir(), 'apd-bouncer-'))
  await chmod(folder, 0o755)
  const owner = process.getuid?.() === 0 ? { uid, gid } : {}
  // One server connection for all clients, so that each is given one that another has used.
  const bouncer = await startPgBouncer({ folder, appUrl: database.url, owner, poolSize: 1 })
  return {
    url: bouncer.url,
    async stop() {
      await bouncer.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

const settings = (subject: string, zone: string) => [
  `ALTER ${subject} SET TimeZone = '${zone}'`,
  `ALTER ${subject} SET DateStyle = 'SQL, DMY'`,
]

const cases: [offset: string, where: string, set: (database: string) => string[]][] = [
  ['+05:30', 'the server', () => []],
  ['-05:00', 'the database', (name) => settings(`DATABASE ${name}`, 'America/Bogota')],
  ['+14:00', 'the role', (name) => settings(`ROLE dashboard_app IN DATABASE ${name}`, 'Pacific/Kiritimati')],
]

describe.each(cases)('with a time zone of %s, set for %s', (offset, _where, set) => {
  let database: Database
  beforeAll(async () => {
    database = await freshDatabase()
    const sandbox = { sandboxOrigin: 'http://127.0.0.1:4010', clientId: 'appid_test', clientSecret: NOW }
    const environment = testEnvironment({ databaseUrl: database.url, ...sandbox })
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    for (const statement of set(new URL(database.url).pathname.slice(1))) await database.sql(statement)
    await database.sql(`CREATE OR REPLACE FUNCTION rotation_clock() RETURNS timestamptz LANGUAGE sql VOLATILE
      AS $$ SELECT timestamptz '${NOW}' $$`)
  })
  afterAll(() => database.close())

  it('finds that zone in a session that says none', async () => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const { rows } = await client.query(`SELECT to_char(timestamptz '${NOW}', 'TZH:TZM') AS "offset"`)
    expect(rows).toEqual([{ offset }])
    await client.end()
  })

  describe.each(Object.entries(ways))('%s', (_way, open) => {
    let way: Way
    let db: Db
    let workspaceId: string
    beforeAll(async () => {
      way = await open(database)
      db = connect(way.url)
      await database.sql('TRUNCATE workspace, partner_user, worker_heartbeat CASCADE')
      workspaceId = await seedWorkspace(database.sql)
      await database.sql(
        `INSERT INTO connection (id, workspace_id, environment, airwallex_account_id, connected_at)
         VALUES (gen_random_uuid(), $1, 'local', $2, timestamptz '${NOW}')`,
        [workspaceId, ACCOUNT],
      )
    })
    afterAll(async () => {
      await db.$disconnect()
      await way.stop()
    })

    /** What a column holds, as PostgreSQL itself spells it in UTC. */
    async function stored(table: string, column: string) {
      const rows = await database.sql<{ text: string }>(
        `SELECT to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS text FROM ${table}`,
      )
      return rows.map(({ text }) => text)
    }

    it('an instant is stored as it is meant', async () => {
      const { id: userId } = await db.user.create({ data: { email: 'ada@partner.test' } })
      await sessionStore(db).create({ token: 'token', userId, expires: new Date(LATER) })
      expect(await stored('session', 'expires')).toEqual([LATER])
      await reconcileStore(db).note('local', [{ airwallexAccountId: ACCOUNT, status: 'CONNECTED' }], new Date(LATER))
      expect(await stored('connection', 'airwallex_status_at')).toEqual([LATER])
      await heartbeatStore(db).beat({ id: userId, process: 'test', version: '1' })
      expect(await stored('worker_heartbeat', 'last_seen_at')).toEqual([NOW])
      const actor = { kind: 'partner_user', userId } as const
      await inWorkspace(db, workspaceId, (tx) =>
        recordAudit(tx, { workspaceId, actor, action: 'workspace.created', outcome: 'created' }),
      )
      expect(await stored('audit_event', 'at')).toContain(NOW)
    })

    it('an instant is read as it is stored', async () => {
      expect((await reconcileStore(db).clock()).toISOString()).toBe(NOW)
      const [connection] = await inWorkspace(db, workspaceId, (tx) =>
        tx.connection.findMany({ where: { workspaceId } }),
      )
      expect(connection?.connectedAt.toISOString()).toBe(NOW)
    })

    it('a session keeps its zone beside one that has another', async () => {
      const other = new pg.Client({ connectionString: way.url })
      await other.connect()
      await other.query(`SET TimeZone = 'Asia/Tokyo'`)
      const zone = () => db.$queryRaw`SELECT current_setting('TimeZone') AS zone`
      for (let turn = 0; turn < 3; turn++) {
        expect(await zone()).toEqual([{ zone: 'UTC' }])
        expect((await other.query('SHOW TimeZone')).rows).toEqual([{ TimeZone: 'Asia/Tokyo' }])
      }
      await other.end()
    })
  })
})
