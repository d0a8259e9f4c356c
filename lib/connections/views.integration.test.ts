import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PrismaClient } from '@/generated/prisma/client'
import { getAuthorizationResult } from '@/lib/authorization/views'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedWorkspace } from '@/scripts/testing/seed-connection'
import { getLineage } from './lineage-views'
import type { ListRequest } from './list-request'
import { getConnectionDetails, getSnapshots, listConnections, PAGE_SIZE } from './views'

const SEALED = 'sealed-value-that-no-view-may-read'
const now = new Date()
const everything: ListRequest = { filter: 'all', search: '', after: null }

let database: Awaited<ReturnType<typeof freshDatabase>>
let db: PrismaClient
let arrange: PrismaClient
let ours: string
let theirs: string
let userId: string

beforeAll(async () => {
  database = await freshDatabase()
  db = database.client()
  arrange = database.adminClient()
  ours = await seedWorkspace(database.sql, 'Ours')
  theirs = await seedWorkspace(database.sql, 'Theirs')
  userId = uuidv7()
  await arrange.user.create({ data: { id: userId, name: 'Ada', email: 'ada@partner.test' } })
})
afterAll(() => database.close())

type Seed = {
  readonly workspaceId?: string
  readonly account?: string
  readonly status?: 'active' | 'reauthorization_required' | 'disconnected'
  readonly name?: string
  readonly frozen?: boolean
}

async function seed({ workspaceId = ours, account = `acct_${uuidv7()}`, status = 'active', name, frozen }: Seed = {}) {
  const id = uuidv7()
  const held = status !== 'disconnected'
  await arrange.connection.create({
    data: {
      id,
      workspaceId,
      environment: 'local',
      airwallexAccountId: account,
      requestedScopes: ['account_details:read', 'balance:read'],
      grantedScopes: ['account_details:read'],
      connectedById: workspaceId === ours ? userId : null,
      connectedAt: now,
      credential: {
        create: {
          environment: 'local',
          airwallexAccountId: account,
          status,
          reason: status === 'reauthorization_required' ? 'role_lost' : null,
          statusSince: now,
          grantNo: 2,
          generation: 7,
          sealedAccessToken: held ? SEALED : null,
          sealedRefreshToken: held ? SEALED : null,
          accessTokenLifeSeconds: 300,
          accessTokenExpiresAt: now,
          refreshTokenExpiresAt: new Date(now.getTime() + 86_400_000),
          authorizedAt: now,
          rotatedAt: now,
          frozenAt: frozen ? now : null,
        },
      },
      rotations: {
        create: { grantNo: 2, generation: 7, cause: 'requested', process: 'p', outcome: 'rotated', committedAt: now },
      },
      ...(name !== undefined && {
        snapshots: {
          create: { kind: 'account_details', data: { displayName: name }, fetchedAt: now, attemptedAt: now },
        },
      }),
    },
  })
  return id
}

const ids = async (request: Partial<ListRequest>, workspaceId = ours) =>
  (await listConnections(workspaceId, { ...everything, ...request }, now, db)).connections.map(({ id }) => id)

describe('what another workspace owns', () => {
  it('answers as what does not exist, in every view', async () => {
    const foreign = await seed({ workspaceId: theirs, name: 'Foreign' })
    expect(await getConnectionDetails(theirs, foreign, now, db)).toMatchObject({ id: foreign })
    for (const id of [foreign, uuidv7(), 'not-an-id']) expect(await getConnectionDetails(ours, id, now, db)).toBeNull()
    expect(await getSnapshots(ours, foreign, db)).toEqual({})
    expect(await getLineage(ours, foreign, 10, db)).toEqual({ entries: [], compacted: null })
    expect(await ids({})).not.toContain(foreign)
    expect(await ids({ search: 'Foreign' })).toEqual([])
  })

  it('does not show through the id that a page begins after', async () => {
    const own = await seed()
    const foreign = await seed({ workspaceId: theirs })
    expect(await ids({ after: foreign })).toContain(own)
    expect(await ids({ after: foreign })).not.toContain(foreign)
  })
})

it('selects no sealed column', async () => {
  const id = await seed({ name: 'Sealed' })
  const seen = [
    await listConnections(ours, everything, now, db),
    await getConnectionDetails(ours, id, now, db),
    await getSnapshots(ours, id, db),
    await getLineage(ours, id, 10, db),
  ]
  expect(JSON.stringify(seen)).toContain(id)
  expect(JSON.stringify(seen)).not.toContain(SEALED)
})

describe('one connection', () => {
  it('shows who connected it, what was granted, how its tokens fare', async () => {
    const id = await seed({ name: 'Harbour' })
    expect(await getConnectionDetails(ours, id, now, db)).toMatchObject({
      status: { kind: 'active' },
      details: { displayName: 'Harbour', status: null },
      connectedBy: { name: 'Ada', email: 'ada@partner.test' },
      requestedScopes: ['account_details:read', 'balance:read'],
      grantedScopes: ['account_details:read'],
      tokens: { generation: 7, grantNo: 2, rotatedAt: now },
    })
    expect(await getSnapshots(ours, id, db)).toMatchObject({ account_details: { failure: null, fetchedAt: now } })
    expect((await getLineage(ours, id, 10, db)).entries).toMatchObject([{ generation: 7, outcome: 'rotated' }])
  })

  it('holds no refresh token once it is disconnected', async () => {
    const id = await seed({ status: 'disconnected' })
    expect(await getConnectionDetails(ours, id, now, db)).toMatchObject({
      status: { kind: 'disconnected', at: now },
      refreshTokenExpiresAt: null,
    })
  })

  it('is frozen with its workspace and with the whole deployment', async () => {
    const frozen = await seedWorkspace(database.sql, 'Frozen')
    const id = await seed({ workspaceId: frozen })
    await arrange.workspace.update({ where: { id: frozen }, data: { frozenAt: now } })
    expect(await getConnectionDetails(frozen, id, now, db)).toMatchObject({ status: { kind: 'frozen' } })

    const open = await seed()
    await arrange.deployment.create({ data: { environment: 'local', systemIdentity: 'test', frozenAt: now } })
    expect(await getConnectionDetails(ours, open, now, db)).toMatchObject({ status: { kind: 'frozen' } })
    await arrange.deployment.deleteMany()
    expect(await getConnectionDetails(ours, open, now, db)).toMatchObject({ status: { kind: 'active' } })
  })
})

describe('the list', () => {
  it('shows the newest first, page after page, each connection once', async () => {
    const workspaceId = await seedWorkspace(database.sql, 'Many')
    const made: string[] = []
    for (let count = 0; count < PAGE_SIZE + 2; count++) made.push(await seed({ workspaceId }))
    const first = await listConnections(workspaceId, everything, now, db)
    expect(first.connections).toHaveLength(PAGE_SIZE)
    const second = await listConnections(workspaceId, { ...everything, after: first.next }, now, db)
    expect(second.next).toBeNull()
    const shown = [...first.connections, ...second.connections].map(({ id }) => id)
    expect(shown).toEqual(made.toReversed())
  })

  it('has no next page after exactly one full page', async () => {
    const workspaceId = await seedWorkspace(database.sql, 'One page')
    for (let count = 0; count < PAGE_SIZE; count++) await seed({ workspaceId })
    expect(await listConnections(workspaceId, everything, now, db)).toMatchObject({ next: null })
  })

  it('filters by what is stored', async () => {
    const workspaceId = await seedWorkspace(database.sql, 'Filtered')
    const active = await seed({ workspaceId })
    const broken = await seed({ workspaceId, status: 'reauthorization_required' })
    const frozen = await seed({ workspaceId, frozen: true })
    const gone = await seed({ workspaceId, status: 'disconnected' })
    expect(await ids({ filter: 'attention' }, workspaceId)).toEqual([frozen, broken])
    expect(await ids({ filter: 'active' }, workspaceId)).toEqual([frozen, active])
    expect(await ids({ filter: 'disconnected' }, workspaceId)).toEqual([gone])
  })

  it('searches names anywhere and account ids from their beginning, and takes wildcards literally', async () => {
    const workspaceId = await seedWorkspace(database.sql, 'Searched')
    const harbour = await seed({ workspaceId, name: 'Harbour 100% Lantern', account: 'acct_Harbour1' })
    const other = await seed({ workspaceId, account: 'acct_Other1' })
    expect(await ids({ search: 'LANTERN' }, workspaceId)).toEqual([harbour])
    expect(await ids({ search: '100%' }, workspaceId)).toEqual([harbour])
    expect(await ids({ search: 'acct_o' }, workspaceId)).toEqual([other])
    expect(await ids({ search: 'cct_o' }, workspaceId)).toEqual([])
    expect(await ids({ search: '%' }, workspaceId)).toEqual([harbour])
    expect(await ids({ search: "'; DROP TABLE connection; --\\" }, workspaceId)).toEqual([])
  })
})

describe('the result of an authorization', () => {
  async function pending(change: { workspaceId?: string; userId?: string; outcome?: string; connectionId?: string }) {
    const id = uuidv7()
    await arrange.pendingAuthorization.create({
      data: {
        id,
        workspaceId: change.workspaceId ?? ours,
        userId: change.userId ?? userId,
        sessionId: uuidv7(),
        environment: 'local',
        purpose: 'connect',
        stateDigest: uuidv7(),
        cookieDigest: 'digest',
        sealedCodeVerifier: SEALED,
        redirectUri: 'http://localhost:3000/api/airwallex/callback',
        requestedScopes: [],
        expiresAt: now,
        ...(change.outcome && { outcome: change.outcome, consumedAt: now, completedAt: now }),
        ...(change.connectionId && { resultConnectionId: change.connectionId }),
      },
    })
    return id
  }
  const read = (id: string) => getAuthorizationResult({ userId, workspaceId: ours }, id, now, db)

  it('is the viewer’s own, with its connection and workspace', async () => {
    const connectionId = await seed({ name: 'Harbour' })
    const result = await read(await pending({ outcome: 'connected', connectionId }))
    expect(result).toMatchObject({
      outcome: 'connected',
      workspaceName: 'Ours',
      connection: { id: connectionId, details: { displayName: 'Harbour' } },
    })
    expect(JSON.stringify(result)).not.toContain(SEALED)
  })

  it('is absent for a colleague, for another workspace and for what never was', async () => {
    const colleague = uuidv7()
    await arrange.user.create({ data: { id: colleague } })
    expect(await read(await pending({ userId: colleague, outcome: 'connected' }))).toBeNull()
    expect(await read(await pending({ workspaceId: theirs, outcome: 'connected' }))).toBeNull()
    expect(await read(uuidv7())).toBeNull()
    expect(await read('connected')).toBeNull()
  })

  it('names no connection where there is none, and has no outcome before there is one', async () => {
    const elsewhere = await read(await pending({ outcome: 'connected_elsewhere' }))
    expect(elsewhere).toMatchObject({ outcome: 'connected_elsewhere', connection: null })
    expect(await read(await pending({}))).toMatchObject({ outcome: null, connection: null })
  })
})
