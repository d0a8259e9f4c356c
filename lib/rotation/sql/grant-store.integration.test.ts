import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inWorkspace } from '@/lib/db'
import { figures } from '@/lib/rotation/figures'
import {
  applyDisconnect,
  applyDisconnectEvent,
  applyEndGrant,
  applyReauthorize,
  grantColumns,
} from '@/lib/rotation/row/grant-statements'
import type { CredentialRow } from '@/lib/rotation/row/row'
import { claimedRow, NOW as MODEL_NOW, markedRow, rowWith } from '@/lib/rotation/testing/rows'
import { Secret } from '@/lib/vault/secret'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { dismissDisconnectEvent, dropGrant, endGrantAtAirwallex, noteDisconnectEvent } from './grant-end-store'
import { isHeldElsewhere, type NewGrant, writeGrant } from './grant-store'
import { rotationStore } from './rotation-store'

// The SQL of grants against the functions of the row that say what it means, with the protocol's clock standing still.

const NOW = Date.UTC(2026, 10, 23, 12)
const workspaceId = '0199c1d0-0000-7000-8000-000000000001'
const elsewhereId = '0199c1d0-0000-7000-8000-000000000002'
const connectionId = '0199c1d0-0000-7000-8000-000000000003'
const key = { workspaceId, connectionId }
const tokenLifetimes = {
  accessTokenLifeSeconds: 300,
  refreshTokenLifeSeconds: 5_184_000,
  elapsedMs: 250,
  keepAliveInMs: 2.5e9,
}

let database: Awaited<ReturnType<typeof freshDatabase>>
let client: ReturnType<typeof database.client>
let store: ReturnType<typeof rotationStore>
beforeAll(async () => {
  database = await freshDatabase()
  client = database.client()
  store = rotationStore({ db: client, freshDb: client, figures })
  await database.sql(
    `CREATE OR REPLACE FUNCTION rotation_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
     $$ SELECT to_timestamp(${NOW / 1000}) $$`,
  )
  for (const id of [workspaceId, elsewhereId]) {
    await database.sql(`INSERT INTO workspace (id, name) VALUES ($1, 'Workspace')`, [id])
  }
  await database.sql(`INSERT INTO partner_user (id) VALUES ($1)`, [workspaceId])
})
afterAll(() => database.close())
beforeEach(() => database.sql('TRUNCATE connection CASCADE'))

/** A row of the model as of this test's clock, in the database. */
async function put(modelRow: CredentialRow): Promise<CredentialRow> {
  const row: Record<string, unknown> = { ...modelRow, ...key }
  await database.sql(
    `INSERT INTO connection (id, workspace_id, environment, airwallex_account_id, connected_at)
     VALUES ($1, $2, 'local', 'acct_1', now())`,
    [connectionId, workspaceId],
  )
  const columns = { environment: 'local', airwallex_account_id: 'acct_1' } as Record<string, unknown>
  for (const [name, value] of Object.entries(row)) {
    const isInstant = /(At|Until|Since)$/.test(name) && typeof value === 'number'
    columns[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = isInstant
      ? new Date((value as number) - MODEL_NOW + NOW)
      : value
  }
  const names = Object.keys(columns)
  await database.sql(
    `INSERT INTO credential (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(columns),
  )
  return read(key)
}

async function read(of: { workspaceId: string; connectionId: string }): Promise<CredentialRow> {
  const result = await store.read(of)
  if (result.kind !== 'found') throw new Error(result.kind)
  return result.reading.row
}

const ended = { sealedAccessToken: null, sealedRefreshToken: null, keepAliveAt: null }
const states: Record<string, CredentialRow> = {
  'a fresh grant': rowWith(),
  'an expired one': rowWith({}, 0),
  'a claimed one': claimedRow(),
  'a sent one': markedRow(1_000),
  'an ambiguous one, long past its window': markedRow(90_000, {
    leaseUntil: null,
    sendCount: 3,
    lateProbes: 2,
    attempts: 4,
    nextAttemptAt: MODEL_NOW + 15_000,
    forcedAt: MODEL_NOW,
    fence: 9,
    commitFence: 5,
    grantNo: 4,
    generation: 30,
    disconnectEventAt: MODEL_NOW,
  }),
  'one that lies frozen and quarantined': rowWith({ frozenAt: MODEL_NOW, quarantinedAt: MODEL_NOW }),
  'one to reauthorize': rowWith({ ...ended, status: 'reauthorization_required', reason: 'unresolved', grantNo: 2 }),
  'a disconnected one': rowWith({ ...ended, status: 'disconnected', grantNo: 2, fence: 3 }),
}
const everyState = Object.entries(states)

function grant(change: Partial<NewGrant> = {}): NewGrant {
  return {
    ...tokenLifetimes,
    workspaceId,
    environment: 'local',
    airwallexAccountId: 'acct_1',
    expectedConnectionId: null,
    userId: workspaceId,
    requestedScopes: ['balance:read'],
    grantedScopes: ['balance:read'],
    accessToken: new Secret('access'),
    refreshToken: new Secret('refresh'),
    process: 'test',
    issuedFingerprint: 'f1',
    seal: async (token, version, field) => `${token.reveal()} ${field} ${version.grantNo}.${version.generation}`,
    ...change,
  }
}
const write = (change?: Partial<NewGrant>) =>
  inWorkspace(client, grant(change).workspaceId, (tx) => writeGrant(tx, grant(change)))
const sealed = (version: string) => ({
  ...tokenLifetimes,
  sealedAccessToken: `access access_token ${version}`,
  sealedRefreshToken: `refresh refresh_token ${version}`,
})

describe('writeGrant', () => {
  it.each(everyState)('replaces %s as applyReauthorize says', async (_name, state) => {
    const before = await put(state)
    const written = await write()
    expect(written).toEqual({ kind: 'written', connectionId, replaced: before.status })
    const version = `${before.grantNo + 1}.${before.generation + 1}`
    expect(await read(key)).toEqual(applyReauthorize(before, { ...before, ...sealed(version) }, NOW))
  })

  it('makes the first row of a connection as grantColumns says', async () => {
    const written = await write()
    if (written.kind !== 'written') throw new Error(written.kind)
    expect(written.replaced).toBeNull()
    expect(await read({ workspaceId, connectionId: written.connectionId })).toEqual({
      workspaceId,
      connectionId: written.connectionId,
      ...grantColumns(sealed('1.1'), NOW),
      fence: 0,
      grantNo: 1,
      generation: 1,
      frozenAt: null,
      quarantinedAt: null,
    })
  })

  it('leaves everything as it is when the account is not the expected connection’s', async () => {
    const before = await put(rowWith())
    const other = { expectedConnectionId: connectionId, airwallexAccountId: 'acct_2' }
    expect(await write(other)).toEqual({ kind: 'different_account' })
    expect(await read(key)).toEqual(before)
    expect(await database.sql('SELECT 1 FROM connection')).toHaveLength(1)
  })

  it('is refused by the index, whole, while another workspace holds the account', async () => {
    const before = await put(rowWith())
    const error = await write({ workspaceId: elsewhereId }).catch((thrown: unknown) => thrown)
    expect(isHeldElsewhere(error)).toBe(true)
    expect(await database.sql('SELECT 1 FROM connection')).toHaveLength(1)
    expect(await read(key)).toEqual(before)
    expect(isHeldElsewhere(new Error('the database is away'))).toBe(false)
  })
})

describe('dropGrant', () => {
  it.each(everyState)('disconnects %s as applyDisconnect says, and returns its refresh token', async (_name, state) => {
    const before = await put(state)
    const expected = applyDisconnect(before, NOW)
    const dropped = await client.$transaction((tx) => dropGrant(tx, key))
    expect(await read(key)).toEqual(expected ?? before)
    const { grantNo, generation, sealedRefreshToken } = before
    expect(dropped).toEqual(
      expected && {
        ...key,
        environment: 'local',
        airwallexAccountId: 'acct_1',
        grantNo,
        generation,
        sealedRefreshToken,
      },
    )
  })

  it('returns what a rotation stored while it waited for the row', async () => {
    await put(rowWith())
    let releaseRow = () => {}
    const rotation = client.$transaction(async (tx) => {
      await tx.$executeRaw`UPDATE credential SET generation = generation + 1, sealed_refresh_token = 'newer'`
      await new Promise<void>((resolve) => {
        releaseRow = resolve
      })
    })
    const dropping = client.$transaction((tx) => dropGrant(tx, key))
    const waiting = () => database.sql(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)
    await expect.poll(waiting).toHaveLength(1)
    releaseRow()
    await rotation
    expect(await dropping).toMatchObject({ generation: 2, sealedRefreshToken: 'newer' })
    expect(await read(key)).toMatchObject({ status: 'disconnected', sealedRefreshToken: null })
  })
})

describe('endGrantAtAirwallex', () => {
  const reason = 'disconnected_at_airwallex' as const

  it.each(everyState)('ends %s as applyEndGrant says, unless a refresh has been sent', async (_name, state) => {
    const before = await put(state)
    const { grantNo, generation } = before
    const changed = await endGrantAtAirwallex(client, { ...key, grantNo, generation, reason })
    const expected = before.firstSentAt === null ? applyEndGrant(before, { grantNo, reason }, NOW) : null
    expect(changed).toBe(expected !== null)
    expect(await read(key)).toEqual(expected ?? before)
  })

  it.each([
    { grantNo: 2, generation: 1 },
    { grantNo: 1, generation: 2 },
  ])('ends no other version (%o)', async (version) => {
    const before = await put(rowWith())
    expect(await endGrantAtAirwallex(client, { ...key, ...version, reason })).toBe(false)
    expect(await read(key)).toEqual(before)
  })
})

describe('noteDisconnectEvent', () => {
  const event = (offsetMs: number) => ({
    environment: 'local',
    airwallexAccountIds: ['acct_0', 'acct_1'],
    at: new Date(NOW + offsetMs),
  })

  it.each(
    everyState.flatMap(([name, state]) => [-1_001, -1_000, 0, 60_000].map((offset) => ({ name, state, offset }))),
  )('notes an event $offset ms after the authorization of $name as applyDisconnectEvent says', async (given) => {
    const { state, offset } = given
    const before = await put({ ...state, authorizedAt: MODEL_NOW - 1_000 })
    await noteDisconnectEvent(client, event(offset))
    const expected = applyDisconnectEvent(before, { eventAt: NOW + offset }, NOW)
    // Airwallex's confirmation of our own disconnect is noted too; to the protocol that row is over.
    const confirmed =
      before.status === 'disconnected' && offset >= -1_000 ? { ...before, disconnectEventAt: NOW } : before
    expect(await read(key)).toEqual(expected ?? confirmed)
  })

  it('counts an event of the second in which the grant was authorized: Airwallex writes whole seconds', async () => {
    await put(rowWith({ authorizedAt: MODEL_NOW + 900 }))
    expect(await noteDisconnectEvent(client, event(0))).toHaveLength(1)
    expect(await noteDisconnectEvent(client, event(-1))).toHaveLength(0)
  })
})

describe('dismissDisconnectEvent', () => {
  const noted = { disconnectEventAt: MODEL_NOW - 5_000 }

  it('clears the event of the grant that has proved alive, whatever its generation', async () => {
    const before = await put(rowWith(noted))
    await dismissDisconnectEvent(client, { ...key, grantNo: 1, generation: 7 })
    expect(await read(key)).toEqual({ ...before, disconnectEventAt: null })
  })

  it.each([
    ['of another grant', rowWith({ ...noted, grantNo: 2 })],
    [
      'of a connection that is disconnected',
      rowWith({ ...noted, ...applyDisconnect(rowWith(), MODEL_NOW), grantNo: 1 }),
    ],
  ])('leaves the event %s', async (_, state) => {
    const before = await put({ ...state, ...noted })
    await dismissDisconnectEvent(client, { ...key, grantNo: 1, generation: 1 })
    expect(await read(key)).toEqual(before)
  })
})
