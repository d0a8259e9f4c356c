import { execFileSync } from 'node:child_process'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Db, inWorkspace, Prisma } from '@/lib/db'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedConnection, seedWorkspace } from '@/scripts/testing/seed-connection'
import { NO_FILTER } from './log-request'
import { seedLog } from './testing/seed-log'
import { auditActors, auditConnections, auditEntries, auditQuery, listAuditEntries, PAGE_SIZE } from './views'

const ENTRIES = 100_000

let database: Awaited<ReturnType<typeof freshDatabase>>
let product: Db
let environment: ReturnType<typeof testEnvironment>
let workspaceId: string
let foreignId: string
let connectionIds: string[]
let foreignConnectionId: string
const userIds = Array.from({ length: 7 }, () => uuidv7())

beforeAll(async () => {
  database = await freshDatabase()
  product = database.client(4)
  environment = testEnvironment({
    databaseUrl: database.url,
    sandboxOrigin: 'http://127.0.0.1:4010',
    clientId: 'appid_test',
    clientSecret: 'Zq8-Zq7_Zq6.Zq5~abcdefgh',
  })
  workspaceId = await seedWorkspace(database.sql)
  foreignId = await seedWorkspace(database.sql)
  const connect = (inWorkspaceId: string, account: string) =>
    seedConnection(database.sql, environment.TOKEN_KEYS, {
      workspaceId: inWorkspaceId,
      airwallexAccountId: account,
      accessToken: 'a',
      refreshToken: 'r',
      accessTokenLeftMs: 0,
    })
  connectionIds = [await connect(workspaceId, 'acct_one'), await connect(workspaceId, 'acct_two')]
  foreignConnectionId = await connect(foreignId, 'acct_three')
  await seedLog(database.sql, { workspaceId, entries: ENTRIES, userIds, connectionIds })
  await seedLog(database.sql, {
    workspaceId: foreignId,
    entries: 200,
    userIds: [uuidv7()],
    connectionIds: [foreignConnectionId],
  })
})
afterAll(() => database.close())

const list = (filter: Partial<typeof NO_FILTER> = {}, after: number | null = null, timeZone: string | null = null) =>
  listAuditEntries(workspaceId, { filter: { ...NO_FILTER, ...filter }, after, timeZone }, product)

describe('the log of a workspace', () => {
  it('is read newest first, page by page, without a repetition or a gap', async () => {
    let after: number | null = null
    const seen: number[] = []
    for (let pages = 0; pages < 3; pages++) {
      const page = await list({}, after)
      seen.push(...page.entries.map(({ sequence }) => sequence))
      after = page.next
    }
    expect(seen).toEqual(Array.from({ length: 3 * PAGE_SIZE }, (_, i) => ENTRIES - i))
    expect((await list({}, 30)).entries).toHaveLength(29)
    expect((await list({}, 30)).next).toBeNull()
  })

  it('is filtered by who, what, which and all of them together', async () => {
    const [actor = ''] = userIds
    const [connectionId = ''] = connectionIds
    for (const { filter, fits } of [
      { filter: { actor }, fits: { actorUserId: actor } },
      { filter: { actor: 'airwallex' }, fits: { actorKind: 'airwallex', actorUserId: null } },
      { filter: { action: 'connection.connected' }, fits: { action: 'connection.connected' } },
      { filter: { connectionId }, fits: { connectionId, connectionName: 'acct_one' } },
      { filter: { actor, connectionId }, fits: { actorUserId: actor, connectionId } },
    ]) {
      const { entries, next } = await list(filter)
      expect(entries).toHaveLength(PAGE_SIZE)
      for (const entry of [...entries, ...(await list(filter, next)).entries]) expect(entry).toMatchObject(fits)
    }
  })

  it('has days of the viewer’s zone, the last one whole', async () => {
    await database.sql(`UPDATE audit_event SET at = '2020-06-15T15:30:00Z' WHERE workspace_id = $1 AND sequence = 1`, [
      workspaceId,
    ])
    const sequences = async (day: string, timeZone: string | null) =>
      (await list({ from: day, to: day }, null, timeZone)).entries.map(({ sequence }) => sequence)
    expect(await sequences('2020-06-15', null)).toEqual([1])
    expect(await sequences('2020-06-15', 'Asia/Tokyo')).toEqual([])
    expect(await sequences('2020-06-16', 'Asia/Tokyo')).toEqual([1])
    expect(await sequences('2020-06-15', 'America/New_York')).toEqual([1])
  })

  it('names no one and nothing of another workspace', async () => {
    expect((await list({ connectionId: foreignConnectionId })).entries).toEqual([])
    expect((await auditActors(workspaceId, product)).map(({ id }) => id).sort()).toEqual([...userIds].sort())
    expect((await auditConnections(workspaceId, foreignConnectionId, product)).map(({ id }) => id)).toEqual(
      connectionIds,
    )
  })

  it.each([
    ['nothing', {}, 'workspace_id_at_sequence'],
    ['a person', { actor: userIds[0] ?? '' }, 'workspace_id_actor_user_id_at_sequence'],
    ['no person', { actor: 'airwallex' }, 'workspace_id_actor_kind_at_sequence'],
    ['an action', { action: 'nothing.like_it' }, 'workspace_id_action_at_sequence'],
    ['a connection', { connectionId: uuidv7() }, 'workspace_id_connection_id_at_sequence'],
    ['days', { from: '2020-01-01', to: '2020-01-02' }, 'workspace_id_at_sequence'],
  ])('filtered by %s is read through an index, in order', async (_title, filter, index) => {
    for (const after of [null, ENTRIES / 2]) {
      const query = auditQuery(workspaceId, { filter: { ...NO_FILTER, ...filter }, timeZone: null, after }, 51)
      const rows = await inWorkspace(product, workspaceId, (tx) =>
        tx.$queryRaw<{ 'QUERY PLAN': string }[]>(Prisma.sql`EXPLAIN (COSTS OFF) ${query}`),
      )
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).toMatch(new RegExp(`Index Scan Backward using audit_event_${index}_idx on audit_event\\b`))
      expect(plan).not.toContain('Seq Scan on audit_event')
    }
  })
})

describe('the export', () => {
  it('has every entry once, in the order of the page', async () => {
    const sequences: number[] = []
    for await (const batch of auditEntries(workspaceId, { filter: NO_FILTER, timeZone: null }, product)) {
      for (const { sequence } of batch) sequences.push(sequence)
    }
    expect(sequences).toEqual(Array.from({ length: ENTRIES }, (_, i) => ENTRIES - i))
  })

  // The time is for machines that do something else as well.
  it('streams 100,000 entries through a heap that could not hold them', async () => {
    const userId = uuidv7()
    await database.sql(`INSERT INTO partner_user (id, name) VALUES ($1, 'Ada')`, [userId])
    const told = execFileSync(
      process.execPath,
      [
        '--max-old-space-size=64',
        '--import',
        'tsx',
        '--conditions=react-server',
        'lib/audit/testing/export-process.ts',
        workspaceId,
        userId,
      ],
      { env: { ...process.env, ...environment }, encoding: 'utf8' },
    )
    const { bytes, lines } = JSON.parse(told) as { bytes: number; lines: number }
    // The header and the entry of the export itself.
    expect(lines).toBe(ENTRIES + 2)
    expect(bytes).toBeGreaterThan(15_000_000)
    expect((await list()).entries[0]).toMatchObject({ action: 'audit.exported', outcome: 'csv', actorName: 'Ada' })
  })
})
