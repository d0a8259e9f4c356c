import { once } from 'node:events'
import net from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connect, type Db, type Prisma } from '@/lib/db'
import { figures } from '@/lib/rotation/figures'
import type { CommitArgs } from '@/lib/rotation/row/statements'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { breakerStore } from './breaker-store'
import { rotationStore } from './rotation-store'

// What the statements of the rotation meet on their way: a dead pool, a silent server, a lock, another process.

const workspaceId = '0199c1d0-0000-7000-8000-000000000001'
const connectionId = '0199c1d0-0000-7000-8000-000000000002'
const key = { workspaceId, connectionId }
const attempt = { ...key, grantNo: 1, generation: 1, fence: 1 }

let database: Awaited<ReturnType<typeof freshDatabase>>
let db: Db

beforeAll(async () => {
  database = await freshDatabase()
  await database.sql(`INSERT INTO workspace (id, name) VALUES ($1, 'Workspace')`, [workspaceId])
  await database.sql(
    `INSERT INTO connection (id, workspace_id, environment, airwallex_account_id, connected_at)
     VALUES ($1, $2, 'local', 'acct_1', now())`,
    [connectionId, workspaceId],
  )
  db = database.client()
})
afterAll(() => database.close())

/** As an attempt's claim leaves the row. */
beforeEach(async () => {
  await database.sql('DELETE FROM credential')
  await database.sql(
    `INSERT INTO credential (connection_id, workspace_id, environment, airwallex_account_id, status, status_since,
       grant_no, generation, sealed_refresh_token, access_token_life_seconds, access_token_expires_at,
       refresh_token_expires_at, authorized_at, rotated_at, fence, lease_until)
     VALUES ($1, $2, 'local', 'acct_1', 'active', now(), 1, 1, 'sealed', 300, now(), now() + interval '60 days',
       now(), now(), 1, now() + interval '21 seconds')`,
    [connectionId, workspaceId],
  )
})

const mark = { ...attempt, windowMs: figures.windowMs, leaseLeftMs: figures.leaseLeftAtMarkMs }
const commit: CommitArgs = {
  ...attempt,
  sealedAccessToken: 'a2',
  sealedRefreshToken: 'r2',
  accessTokenLifeSeconds: 300,
  refreshTokenLifeSeconds: 60 * 86_400,
  elapsedMs: 10,
  sentAt: Date.now(),
  keepAliveInMs: 30 * 86_400_000,
  backOffMs: 500,
  lineage: {
    cause: 'requested',
    neededBy: 'test',
    process: 'p1',
    grantNo: 1,
    generation: 2,
    outcome: 'rotated',
    repairs: 0,
    sentAt: null,
    answeredAt: null,
    presentedFingerprint: null,
    issuedFingerprint: null,
  },
}

it('commits on a connection of its own while the pool is dead, whatever became of the last statement', async () => {
  const nowhere = connect('postgresql://nobody:nothing@127.0.0.1:1/none')
  const store = rotationStore({ db: nowhere, freshDb: db, figures })
  expect((await store.read(key, 'fresh')).kind).toBe('found')
  await database.sql('UPDATE credential SET sent_fence = 1, first_sent_at = now(), send_count = 1')
  expect((await store.commit(commit)).kind).toBe('unknown')
  expect((await store.read(key, 'fresh')).kind).toBe('found')
  expect(await store.commit(commit, 'fresh')).toMatchObject({ kind: 'applied', row: { generation: 2 } })
  await nowhere.$disconnect()
})

it('refuses a mark that waited for the freeze of its own row', async () => {
  const store = rotationStore({ db, freshDb: db, figures })
  const freezer = new pg.Client({ connectionString: database.ownerUrl })
  await freezer.connect()
  await freezer.query('BEGIN')
  await freezer.query('UPDATE credential SET frozen_at = now()')
  const marking = store.mark(mark)
  const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%sent_fence%'`
  while ((await database.sql(waits)).length === 0);
  await freezer.query('COMMIT')
  await freezer.end()
  expect(await marking).toEqual({ kind: 'refused' })
  expect(await database.sql('SELECT send_count FROM credential')).toEqual([{ send_count: 0 }])
})

describe('a server that falls silent', () => {
  it('leaves each statement unknown within its own bound', async () => {
    const { hostname, port } = new URL(database.url)
    let silent = false
    const proxy = net.createServer((client) => {
      const server = net.connect(Number(port), hostname)
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        from.on('data', (data) => silent || to.write(data))
        from.on('error', () => to.destroy())
        from.on('close', () => to.destroy())
      }
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const url = new URL(database.url)
    url.host = `127.0.0.1:${(proxy.address() as net.AddressInfo).port}`
    const through = connect(url.toString())
    const store = rotationStore({ db: through, freshDb: through, figures: { ...figures, statementMs: 300 } })
    expect((await store.read(key)).kind).toBe('found')
    silent = true
    const bound = { kind: 'unknown', cause: expect.objectContaining({ message: 'The statement took too long' }) }
    expect(await store.read(key)).toEqual(bound)
    expect(await store.claim({ ...attempt, leaseMs: 1 })).toEqual(bound)
    expect(await store.commit(commit, 'fresh')).toEqual(bound)
    expect(await store.takeSlot({ holder: 'x', leaseMs: 1 })).toEqual(bound)
    proxy.close()
    await through.$disconnect()
  })
})

it('writes the breaker only over the row that it read: of two failures at once neither is forgotten', async () => {
  const run = async <Row>(statement: Prisma.Sql) => ({ rows: await db.$queryRaw<Row[]>(statement) })
  const other = breakerStore({ run, figures })
  let writes = 0
  const mine = breakerStore({
    async run<Row>(statement: Prisma.Sql) {
      const isFirstWrite = statement.sql.includes('INSERT INTO breaker') && writes++ === 0
      if (isFirstWrite) await other.report({ kind: 'failure', connectionId: 'b' })
      return run<Row>(statement)
    },
    figures,
  })
  await mine.report({ kind: 'failure', connectionId: 'a' })
  const [breaker] = await database.sql<{ ids: string[] }>(
    `SELECT array_agg(failure->>'connectionId') AS ids FROM breaker, jsonb_array_elements(failures) failure`,
  )
  expect(breaker?.ids.toSorted()).toEqual(['a', 'b'])
})
