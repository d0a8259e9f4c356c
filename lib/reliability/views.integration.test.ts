import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PrismaClient } from '@/generated/prisma/client'
import { getBreaker, listWorkers } from '@/lib/background/views'
import { getLineage, getRenewalState, lineageMark, listRenewalsUnderWay } from '@/lib/connections/lineage-views'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedWorkspace } from '@/scripts/testing/seed-connection'
import { getIntegrity, getLatency } from './views'

let database: Awaited<ReturnType<typeof freshDatabase>>
let db: PrismaClient
let admin: PrismaClient
let ours: string
let connectionId: string
let foreignId: string
let theirs: string

beforeAll(async () => {
  database = await freshDatabase()
  db = database.client()
  admin = database.adminClient()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.sql('TRUNCATE workspace, partner_user, worker_heartbeat CASCADE')
  ours = await seedWorkspace(database.sql, 'Ours')
  theirs = await seedWorkspace(database.sql, 'Theirs')
  connectionId = await connection(ours)
  foreignId = await connection(theirs)
})

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000)
const HOUR = 3_600
const DAY = 24 * HOUR

async function connection(workspaceId: string) {
  const id = uuidv7()
  const [airwallexAccountId, instant] = [`acct_${id}`, new Date()]
  await admin.connection.create({
    data: {
      id,
      workspaceId,
      environment: 'local',
      airwallexAccountId,
      connectedAt: instant,
      credential: {
        create: {
          environment: 'local',
          airwallexAccountId,
          status: 'active',
          statusSince: instant,
          grantNo: 1,
          generation: 1,
          sealedAccessToken: 'sealed',
          sealedRefreshToken: 'sealed',
          accessTokenLifeSeconds: 300,
          accessTokenExpiresAt: instant,
          refreshTokenExpiresAt: instant,
          authorizedAt: instant,
          rotatedAt: instant,
        },
      },
    },
  })
  return id
}

type Rotated = {
  readonly secondsAgo: number
  readonly cause?: string
  readonly outcome?: string
  readonly repairs?: number
  readonly tookMs?: number
  readonly neededBy?: string
}

let generation = 1
function rotated({
  secondsAgo,
  cause = 'requested',
  outcome = 'rotated',
  repairs = 0,
  tookMs = 100,
  neededBy,
}: Rotated) {
  const committedAt = ago(secondsAgo)
  const sentAt = new Date(committedAt.getTime() - tookMs)
  generation += 1
  const answeredAt = new Date(committedAt.getTime() - tookMs / 2)
  const row = { grantNo: 1, generation, cause, outcome, repairs, process: 'p', sentAt, answeredAt, committedAt }
  return admin.rotation.create({ data: { ...row, workspaceId: ours, connectionId, neededBy: neededBy ?? null } })
}
const compacted = (daysAgo: number, outcome: string, rotations: number, cause = 'requested') =>
  database.sql(
    `INSERT INTO rotation_day (workspace_id, connection_id, day, cause, outcome, rotations, repairs)
     VALUES ($1, $2, (now() AT TIME ZONE 'UTC')::date - $3::int, $4, $5, $6, 0)`,
    [ours, connectionId, daysAgo, cause, outcome, rotations],
  )

describe('chain integrity', () => {
  it('counts renewals by outcome inside the window, repairs apart, and no authorization', async () => {
    await rotated({ secondsAgo: 60 })
    await rotated({ secondsAgo: 23 * HOUR, repairs: 2, cause: 'rescue' })
    await rotated({ secondsAgo: 25 * HOUR, outcome: 'rejected', repairs: 1 })
    await rotated({ secondsAgo: 29 * DAY })
    await rotated({ secondsAgo: 60, cause: 'authorization', outcome: 'authorized' })
    expect(await getIntegrity(ours, 'day', { db })).toEqual({
      outcomes: [{ outcome: 'rotated', renewals: 2, repaired: 1 }],
      countedSince: null,
    })
    expect((await getIntegrity(ours, 'month', { db })).outcomes).toEqual([
      { outcome: 'rotated', renewals: 2, repaired: 1 },
      { outcome: 'rejected', renewals: 1, repaired: 1 },
    ])
  })

  it('adds the compacted days that lie whole inside the window', async () => {
    await rotated({ secondsAgo: 60 })
    await compacted(27, 'rotated', 40)
    await compacted(28, 'rotated', 500)
    await compacted(3, 'authorized', 7, 'authorization')
    expect((await getIntegrity(ours, 'month', { db })).outcomes).toEqual([
      { outcome: 'rotated', renewals: 41, repaired: 0 },
    ])
    expect((await getIntegrity(ours, 'day', { db })).outcomes).toEqual([
      { outcome: 'rotated', renewals: 1, repaired: 0 },
    ])
  })

  it('counts the latest where there are more than it may read, and says since when', async () => {
    const oldest = await rotated({ secondsAgo: 3_000 })
    const second = await rotated({ secondsAgo: 2_000 })
    await rotated({ secondsAgo: 1_000, outcome: 'unresolved' })
    const cut = await getIntegrity(ours, 'day', { db, limit: 2 })
    expect(cut.outcomes.map(({ renewals }) => renewals)).toEqual([1, 1])
    expect(cut.countedSince).toEqual(second.committedAt)
    expect((await getIntegrity(ours, 'day', { db, limit: 4 })).countedSince).toBeNull()
    expect(oldest.outcome).toBe('rotated')
  })

  it('reads index entries only, for a workspace among others', async () => {
    await database.sql(
      `INSERT INTO rotation (id, workspace_id, connection_id, grant_no, generation, cause, process, outcome, committed_at)
       SELECT gen_random_uuid(), w, c, 1, n, 'requested', 'p', 'rotated', now() - n * interval '10 seconds'
       FROM generate_series(1, 4000) AS n, (VALUES ($1::uuid, $2::uuid), ($3::uuid, $4::uuid)) AS of (w, c)`,
      [ours, connectionId, theirs, foreignId],
    )
    await database.sql('VACUUM ANALYZE rotation')
    const plan = await database.sql<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT outcome, repairs, committed_at FROM rotation WHERE workspace_id = '${ours}'
         AND cause <> 'authorization' AND committed_at > (SELECT rotation_clock()) - interval '1 hour'
       ORDER BY committed_at DESC LIMIT 500000`,
    )
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain(
      'Index Only Scan using rotation_workspace_id_committed_at_outcome_cause_repairs_idx',
    )
    expect((await getIntegrity(ours, 'day', { db })).outcomes).toEqual([
      { outcome: 'rotated', renewals: 4_000, repaired: 0 },
    ])
  })
})

describe('renewal latency', () => {
  it('gives percentiles until answer and storage, over the day and by the hour', async () => {
    for (let n = 1; n <= 100; n += 1) await rotated({ secondsAgo: 2 * HOUR, tookMs: n * 10 })
    await rotated({ secondsAgo: 25 * HOUR, tookMs: 90_000 })
    await rotated({ secondsAgo: 60, tookMs: 90_000, outcome: 'rejected' })
    const { whole, hours, measuredSince } = await getLatency(ours, { db })
    expect(whole?.renewals).toBe(100)
    expect(whole?.stored.p50).toBeCloseTo(505, 0)
    expect(whole?.stored.p99).toBeCloseTo(990, 0)
    expect(whole?.answered.p95).toBeCloseTo(475, 0)
    expect(hours.reduce((sum, { renewals }) => sum + renewals, 0)).toBe(100)
    expect(measuredSince).toBeNull()
    expect((await getLatency(ours, { db, limit: 10 })).measuredSince).toEqual(expect.any(Date))
  })

  it('has nothing where nothing was renewed, and no time below none', async () => {
    expect(await getLatency(ours, { db })).toEqual({ whole: null, hours: [], measuredSince: null })
    await rotated({ secondsAgo: 60, tookMs: -5_000 })
    expect((await getLatency(ours, { db })).whole).toMatchObject({ stored: { p50: 0, p99: 0 } })
  })
})

describe('the lineage', () => {
  it('names who needed a generation, also someone who has left, and no one for what it cannot read', async () => {
    const userId = uuidv7()
    await admin.user.create({ data: { id: userId, name: '', email: 'ada@partner.test' } })
    await rotated({ secondsAgo: 30, neededBy: `partner_user:${userId}` })
    await rotated({ secondsAgo: 20, neededBy: 'partner_user:nobody' })
    await rotated({ secondsAgo: 10, neededBy: 'first_fetch' })
    await compacted(40, 'rotated', 5)
    await compacted(50, 'rotated', 2, 'keep_alive')
    const { entries, compacted: gone } = await getLineage(ours, connectionId, 10, db)
    expect(entries.map((entry) => entry.neededByName)).toEqual([null, null, 'ada@partner.test'])
    expect(gone).toMatchObject({ renewals: 7, keptAlive: 2 })
    expect((await getLineage(ours, connectionId, 1, db)).entries).toHaveLength(1)
  })

  it('marks what was tried since', async () => {
    const before = await lineageMark(ours, connectionId, db)
    expect(await lineageMark(ours, connectionId, db)).toBe(before)
    await database.sql('UPDATE credential SET fence = fence + 1 WHERE connection_id = $1', [connectionId])
    expect(await lineageMark(ours, connectionId, db)).not.toBe(before)
  })

  it('shows a sent refresh until it is answered, and none of a connection that has ended', async () => {
    const sent = () =>
      database.sql(
        `UPDATE credential SET first_sent_at = now(), ambiguous_since = now() - interval '5 seconds', send_count = 2`,
      )
    expect(await getRenewalState(ours, connectionId, db)).toBeNull()
    await sent()
    expect(await getRenewalState(ours, connectionId, db)).toMatchObject({ sendCount: 2, leaseUntil: null })
    expect(await listRenewalsUnderWay(ours, 10, db)).toMatchObject([{ connectionId, name: `acct_${connectionId}` }])
    await database.sql(
      `UPDATE credential SET status = 'disconnected', sealed_access_token = NULL, sealed_refresh_token = NULL`,
    )
    expect(await getRenewalState(ours, connectionId, db)).toBeNull()
    expect(await listRenewalsUnderWay(ours, 10, db)).toEqual([])
  })
})

it('another workspace’s history, refreshes and figures are not there', async () => {
  await rotated({ secondsAgo: 60, outcome: 'rejected' })
  await compacted(2, 'rotated', 9)
  await database.sql('UPDATE credential SET first_sent_at = now(), send_count = 1 WHERE connection_id = $1', [
    connectionId,
  ])
  for (const id of [connectionId, 'not-an-id']) {
    expect(await getLineage(theirs, id, 10, db)).toEqual({ entries: [], compacted: null })
    expect(await getRenewalState(theirs, id, db)).toBeNull()
  }
  expect(await lineageMark(theirs, connectionId, db)).toBe('')
  expect(await listRenewalsUnderWay(theirs, 10, db)).toEqual([])
  expect((await getIntegrity(theirs, 'month', { db })).outcomes).toEqual([])
  expect((await getLatency(theirs, { db })).whole).toBeNull()
})

describe('what all workspaces share', () => {
  it('tells workers that run from those that ended and those that fell silent', async () => {
    const beat = (process: string, seenSecondsAgo: number, isStopped = false) =>
      database.sql(
        `INSERT INTO worker_heartbeat (id, process, version, started_at, last_seen_at, stopped_at)
         VALUES ($1, $2, '1', now() - interval '1 hour', $3, $4)`,
        [uuidv7(), process, ago(seenSecondsAgo), isStopped ? ago(seenSecondsAgo) : null],
      )
    expect(await listWorkers(10, db)).toEqual([])
    await beat('running', 5)
    await beat('ended', 10, true)
    await beat('silent', 90)
    const workers = await listWorkers(10, db)
    expect(workers.map(({ process, state }) => [process, state])).toEqual([
      ['running', 'running'],
      ['ended', 'ended'],
      ['silent', 'silent'],
    ])
    expect(await listWorkers(1, db)).toHaveLength(1)
  })

  it('shows the breaker as it stands, and whether its one request is being made', async () => {
    expect(await getBreaker(db)).toMatchObject({ state: 'closed', failing: 0, isTrying: false })
    await database.sql(
      `UPDATE breaker SET state = 'half_open', reason = 'upstream', slot_until = now() + interval '20 seconds'`,
    )
    expect(await getBreaker(db)).toMatchObject({ state: 'half_open', reason: 'upstream', isTrying: true })
    await database.sql(`UPDATE breaker SET slot_until = now() - interval '1 second'`)
    expect(await getBreaker(db)).toMatchObject({ isTrying: false })
  })
})
