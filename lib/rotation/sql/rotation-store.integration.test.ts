import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Db } from '@/lib/db'
import { Client } from '@/lib/pg-client.mjs'
import { figures } from '@/lib/rotation/figures'
import type { StatementResult } from '@/lib/rotation/ports'
import { type BreakerRow, closedBreaker } from '@/lib/rotation/row/breaker'
import { applyReject, applyTerminal } from '@/lib/rotation/row/grant-statements'
import type { Lineage } from '@/lib/rotation/row/lineage'
import type { CredentialRow } from '@/lib/rotation/row/row'
import { type DueForKeepAlive, selectForKeepAlive, selectForRescue } from '@/lib/rotation/row/scans'
import {
  applyClaim,
  applyCommit,
  applyForce,
  applyMark,
  applyMarkLateProbe,
  applyRelease,
  applySetAside,
  applyUndo,
} from '@/lib/rotation/row/statements'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { rotationStore } from './rotation-store'

// Each SQL statement against the function that says what it means, on random rows around every boundary, with the
// protocol's clock standing still.

const NOW = Date.UTC(2026, 10, 23, 12)
const workspaceId = '0199c1d0-0000-7000-8000-000000000001'
const connectionId = '0199c1d0-0000-7000-8000-000000000002'
const key = { workspaceId, connectionId }
const f = figures

let database: Awaited<ReturnType<typeof freshDatabase>>
let db: Db
let store: ReturnType<typeof rotationStore>

beforeAll(async () => {
  database = await freshDatabase()
  await database.sql(
    `CREATE OR REPLACE FUNCTION rotation_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
     $$ SELECT to_timestamp(${NOW / 1000}) $$`,
  )
  await database.sql(`INSERT INTO workspace (id, name) VALUES ($1, 'Workspace')`, [workspaceId])
  await database.sql(
    `INSERT INTO connection (id, workspace_id, environment, airwallex_account_id, connected_at)
     VALUES ($1, $2, 'local', 'acct_1', now())`,
    [connectionId, workspaceId],
  )
  db = connect(database.url, { max: 1 })
  store = rotationStore({ db, freshDb: database.client(), figures })
})
afterAll(async () => {
  await db.$disconnect()
  await database.close()
})

/** Instants that lie just before, on and just after each boundary of the protocol. */
const instants = fc.constantFrom(
  ...[0, f.leaseMs, f.leaseLeftAtMarkMs, f.windowMs, -f.windowMs, f.forcedEveryMs, -f.forcedEveryMs, 90_000, -90_000]
    .flatMap((offset) => [offset - 1, offset, offset + 1])
    .map((offset) => NOW + offset),
)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 2 })
const small = fc.integer({ min: 1, max: 3 })

const rows: fc.Arbitrary<CredentialRow> = fc
  .record({
    status: fc.constantFrom('active', 'active', 'active', 'reauthorization_required', 'disconnected' as const),
    grantNo: small,
    generation: small,
    accessTokenLifeSeconds: fc.constantFrom(0, 300),
    accessTokenExpiresAt: instants,
    refreshTokenExpiresAt: instants,
    authorizedAt: instants,
    rotatedAt: instants,
    statusSince: instants,
    fence: small,
    sentFence: maybe(small),
    commitFence: maybe(small),
    leaseUntil: maybe(instants),
    nextAttemptAt: maybe(instants),
    attempts: fc.nat(3),
    firstSentAt: maybe(instants),
    ambiguousSince: maybe(instants),
    sendCount: small,
    lateProbes: small,
    forcedAt: maybe(instants),
    keepAliveAt: maybe(instants),
    frozenAt: fc.option(instants, { nil: null, freq: 5 }),
    quarantinedAt: fc.option(instants, { nil: null, freq: 5 }),
    disconnectEventAt: fc.option(instants, { nil: null, freq: 3 }),
    unreadableSince: maybe(instants),
  })
  .map((row) => ({
    ...row,
    ...key,
    sentFence: row.sentFence === null ? null : Math.min(row.sentFence, row.fence),
    reason: row.status === 'reauthorization_required' ? ('unknown' as const) : null,
    sealedAccessToken: row.status === 'disconnected' ? null : 'sealed-a',
    sealedRefreshToken: row.status === 'disconnected' ? null : 'sealed-r',
  }))

/** The version and fence that an attempt would name: usually the row's own. */
const attempts = fc.record({
  grantNo: fc.constantFrom(0, 0, 0, 0, 1),
  generation: fc.constantFrom(0, 0, 0, 0, 1),
  fence: fc.constantFrom(0, 0, 0, 0, 1),
})
const attemptOn = (row: CredentialRow, off: { grantNo: number; generation: number; fence: number }) => ({
  ...key,
  grantNo: row.grantNo + off.grantNo,
  generation: row.generation + off.generation,
  fence: row.fence + off.fence,
})

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

async function put(row: CredentialRow) {
  await database.sql('DELETE FROM credential')
  await database.sql('DELETE FROM rotation')
  const columns = Object.entries({ ...row, environment: 'local', airwallexAccountId: 'acct_1' })
  const instantColumn = (name: string) => /(At|Since|Until)$/.test(name)
  await database.sql(
    `INSERT INTO credential (${columns.map(([name]) => snake(name)).join(', ')})
     VALUES (${columns.map(([name], i) => (instantColumn(name) ? `to_timestamp($${i + 1}::float8 / 1000)` : `$${i + 1}`)).join(', ')})`,
    columns.map(([, value]) => value),
  )
}

async function stored() {
  const result = await store.read(key)
  if (result.kind !== 'found') throw new Error(`read: ${result.kind}`)
  return result.reading
}

async function expectAgreement(
  before: CredentialRow,
  expected: CredentialRow | null,
  run: () => Promise<StatementResult>,
  lineages = 0,
) {
  await put(before)
  const result = await run()
  expect(result).toEqual(expected ? { kind: 'applied', row: expected, at: NOW } : { kind: 'refused' })
  const { row } = await stored()
  expect(row).toEqual(expected ?? before)
  const [counted] = await database.sql<{ count: number }>('SELECT count(*)::int AS count FROM rotation')
  expect(counted?.count).toBe(expected ? lineages : 0)
}

const lineage: Lineage = {
  cause: 'requested',
  neededBy: 'test',
  process: 'p1',
  grantNo: 1,
  generation: 2,
  outcome: 'rotated',
  repairs: 0,
  sentAt: NOW - 1_000,
  answeredAt: NOW,
  presentedFingerprint: 'aaaa',
  issuedFingerprint: 'bbbb',
}

const runs = { numRuns: 150 }

describe('the rotation store', () => {
  it('claims as the protocol says', () =>
    fc.assert(
      fc.asyncProperty(rows, attempts, async (row, off) => {
        const args = { ...attemptOn(row, off), leaseMs: f.leaseMs }
        await expectAgreement(row, applyClaim(row, args, NOW), () => store.claim(args))
      }),
      runs,
    ))

  it('marks as the protocol says, freezing included', () =>
    fc.assert(
      fc.asyncProperty(rows, attempts, async (row, off) => {
        const args = { ...attemptOn(row, off), windowMs: f.windowMs, leaseLeftMs: f.leaseLeftAtMarkMs }
        await expectAgreement(row, applyMark(row, args, NOW, row.frozenAt !== null), () => store.mark(args))
      }),
      { numRuns: 400 },
    ))

  it('marks a late probe as the protocol says', () =>
    fc.assert(
      fc.asyncProperty(rows, attempts, async (row, off) => {
        const args = { ...attemptOn(row, off), windowMs: f.windowMs, leaseLeftMs: f.leaseLeftAtMarkMs }
        await expectAgreement(row, applyMarkLateProbe(row, args, NOW), () => store.markLateProbe(args))
      }),
      { numRuns: 400 },
    ))

  it('commits as the protocol says, its lineage row in the same statement', () =>
    fc.assert(
      fc.asyncProperty(
        rows,
        attempts,
        fc.constantFrom(0, 300),
        maybe(fc.constant('a2')),
        async (row, off, life, access) => {
          const args = {
            ...attemptOn(row, off),
            sealedAccessToken: access,
            sealedRefreshToken: 'r2',
            accessTokenLifeSeconds: life,
            refreshTokenLifeSeconds: 60 * 86_400,
            elapsedMs: 1_200,
            sentAt: NOW - 1_500,
            keepAliveInMs: 30 * 86_400_000,
            backOffMs: 500,
            lineage,
          }
          await expectAgreement(row, applyCommit(row, args, NOW), () => store.commit(args), 1)
        },
      ),
      runs,
    ))

  it('undoes as the protocol says, and a repeated undo changes nothing', () =>
    fc.assert(
      fc.asyncProperty(rows, attempts, fc.boolean(), fc.boolean(), async (row, off, probe, countAttempt) => {
        const args = {
          ...attemptOn(row, off),
          delayMs: 1_500,
          countAttempt,
          sentFenceBefore: probe ? off.fence - 1 : null,
          lateProbe: probe ? { firstSentAt: NOW - 70_000 } : null,
        }
        const expected = applyUndo(row, args, NOW)
        await expectAgreement(row, expected, () => store.undo(args))
        if (expected) expect(await store.undo(args)).toEqual({ kind: 'refused' })
      }),
      runs,
    ))

  it('releases, sets aside and forces as the protocol says', () =>
    fc.assert(
      fc.asyncProperty(rows, attempts, fc.constantFrom(0, 900), async (row, off, delayMs) => {
        const release = { ...attemptOn(row, off), delayMs, countAttempt: delayMs > 0 }
        await expectAgreement(row, applyRelease(row, release, NOW), () => store.release(release))
        const aside = { ...attemptOn(row, off), delayMs }
        await expectAgreement(row, applySetAside(row, aside, NOW), () => store.setAside(aside))
        const force = { ...attemptOn(row, off), everyMs: f.forcedEveryMs }
        await expectAgreement(row, applyForce(row, force, NOW), () => store.force(force))
      }),
      runs,
    ))

  it('ends a grant as the protocol says', () =>
    fc.assert(
      fc.asyncProperty(rows, attempts, async (row, off) => {
        const args = { ...attemptOn(row, off), reason: 'refresh_token_rejected' as const, lineage }
        await expectAgreement(row, applyReject(row, args, NOW), () => store.reject(args), 1)
        const terminal = { ...args, windowMs: f.windowMs }
        await expectAgreement(row, applyTerminal(row, terminal, NOW), () => store.terminal(terminal), 1)
      }),
      { numRuns: 100 },
    ))

  it('finds what is due as the scans say', () =>
    fc.assert(
      fc.asyncProperty(rows, async (row) => {
        await put(row)
        const rescue = { windowMs: f.windowMs, limit: 10, pastWindowLimit: 5 }
        expect(await store.dueForRescue(rescue)).toEqual(selectForRescue([row], rescue, NOW))
        const frozen = row.frozenAt !== null
        const scan = async (after: DueForKeepAlive | null) => {
          const brought = await store.dueForKeepAlive({ after, limit: 10 })
          expect(brought).toEqual(selectForKeepAlive([{ row, frozen }], { after, limit: 10 }, NOW))
          return brought
        }
        const [due = null] = await scan(null)
        if (due === null) return
        expect(await scan(due)).toEqual([])
        await scan({ ...due, connectionId: '00000000-0000-7000-8000-000000000000' })
        await scan({ ...due, keepAliveAt: due.keepAliveAt - 0.001 })
      }),
      { numRuns: 300 },
    ))

  it('reads an instant as it was written, its microseconds included, in every time zone', async () => {
    const [sample] = fc.sample(rows, { numRuns: 1, seed: 1 }) as [CredentialRow]
    const row = { ...sample, keepAliveAt: NOW + 0.001, firstSentAt: NOW + 123.456, leaseUntil: NOW + 999.999 }
    await put(row)
    for (const zone of ['Asia/Kolkata', 'America/New_York', 'UTC']) {
      await database.sql(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''${zone}''', current_database()); END $$`,
      )
      const elsewhere = database.client(1)
      const result = await rotationStore({ db: elsewhere, freshDb: elsewhere, figures }).read(key)
      expect(result).toMatchObject({ kind: 'found', reading: { row, at: NOW } })
    }
  })

  it('goes on with the statements it has prepared when a migration adds a column', async () => {
    const [row] = fc.sample(rows, { numRuns: 1, seed: 1 }) as [CredentialRow]
    await put(row)
    const release = { ...attemptOn(row, { grantNo: 0, generation: 0, fence: 0 }), delayMs: 0, countAttempt: false }
    const readAndRelease = async () => [(await store.read(key)).kind, (await store.release(release)).kind]
    for (let times = 0; times < 8; times++) expect(await readAndRelease()).toEqual(['found', 'applied'])
    await database.sql('ALTER TABLE credential ADD COLUMN later text')
    expect(await readAndRelease()).toEqual(['found', 'applied'])
    expect(await db.$queryRaw`SELECT 1 FROM pg_prepared_statements WHERE generic_plans > 0`).not.toEqual([])
    await database.sql('ALTER TABLE credential DROP COLUMN later')
  })

  it('shows another workspace nothing', async () => {
    await put(fc.sample(rows, { numRuns: 1, seed: 1 })[0] as CredentialRow)
    const other = { workspaceId: '0199c1d0-0000-7000-8000-00000000000f', connectionId }
    expect(await store.read(other)).toEqual({ kind: 'absent' })
  })

  it('is frozen by the connection, its workspace and the deployment, for who reads one and for the scan', async () => {
    const [sample] = fc.sample(rows, { numRuns: 1, seed: 1 }) as [CredentialRow]
    const due = { keepAliveAt: NOW - 1, leaseUntil: null, nextAttemptAt: null, quarantinedAt: null, frozenAt: null }
    const row: CredentialRow = { ...sample, status: 'active', reason: null, sealedRefreshToken: 'sealed-r', ...due }
    const frozen = async () => {
      const scanned = await store.dueForKeepAlive({ after: null, limit: 10 })
      return { read: (await stored()).frozen, scanned: scanned.length === 0 }
    }
    const yes = { read: true, scanned: true }
    const no = { read: false, scanned: false }
    await put(row)
    expect(await frozen()).toEqual(no)
    await put({ ...row, frozenAt: NOW })
    expect(await frozen()).toEqual(yes)
    await put(row)
    await database.sql('UPDATE workspace SET frozen_at = now()')
    expect(await frozen()).toEqual(yes)
    await database.sql('UPDATE workspace SET frozen_at = NULL')
    await database.sql(
      `INSERT INTO deployment (id, environment, system_identity, frozen_at) VALUES (1, 'local', 'x', now())`,
    )
    expect(await frozen()).toEqual(yes)
    await database.sql('UPDATE deployment SET frozen_at = NULL')
    expect(await frozen()).toEqual(no)
    await database.sql('DELETE FROM deployment')
  })

  it('keeps the breaker as its functions say', async () => {
    const breaker = async () => (await stored()).breaker
    expect(await breaker()).toMatchObject({ ...closedBreaker, since: expect.any(Number) })
    for (const id of ['a', 'b', 'c']) await store.report({ kind: 'failure', connectionId: id })
    expect(await breaker()).toEqual({
      ...closedBreaker,
      state: 'open',
      reason: 'upstream',
      since: NOW,
      canaryAt: NOW + f.canaryEveryMs,
    } satisfies BreakerRow)
    expect(await store.claimCanary({ everyMs: f.canaryEveryMs })).toEqual({ kind: 'refused' })
    expect(await store.takeSlot({ holder: 'x', leaseMs: f.leaseMs })).toEqual({ kind: 'refused' })
    await store.report({ kind: 'canary', healthy: true })
    expect(await store.takeSlot({ holder: 'x', leaseMs: f.leaseMs })).toEqual({ kind: 'applied' })
    expect(await store.takeSlot({ holder: 'y', leaseMs: f.leaseMs })).toEqual({ kind: 'refused' })
    await store.report({ kind: 'good' })
    expect(await breaker()).toEqual({ ...closedBreaker, since: NOW })
  })

  it('answers unknown, within its bound, while the row is locked or the database is away', async () => {
    const [row] = fc.sample(rows, { numRuns: 1, seed: 1 }) as [CredentialRow]
    await put(row)
    const hurried = rotationStore({
      db: database.client(),
      freshDb: database.client(),
      figures: { ...figures, statementMs: 200 },
    })
    const holder = new Client({ connectionString: database.url })
    await holder.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT 1 FROM credential FOR UPDATE')
    const force = { ...attemptOn(row, { grantNo: 0, generation: 0, fence: 0 }), everyMs: 0 }
    expect((await hurried.release({ ...force, delayMs: 0, countAttempt: false })).kind).toBe('unknown')
    await holder.query('ROLLBACK')
    await holder.end()

    const nowhere = connect('postgresql://nobody:nothing@127.0.0.1:1/none')
    const away = rotationStore({ db: nowhere, freshDb: nowhere, figures })
    expect((await away.read(key)).kind).toBe('unknown')
    expect((await away.claim({ ...force, leaseMs: 1 })).kind).toBe('unknown')
    await nowhere.$disconnect()
  })
})
