import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { type Setup, setUp } from '@/lib/authorization/testing/authorization-setup'
import { disconnectConnection } from '@/lib/connections/disconnect'
import { db } from '@/lib/db'
import { getAccessToken } from '@/lib/tokens/access-token'
import { deleteWorkspace } from './delete-workspace'
import { invitationStore } from './invitation-store'
import { membershipStore } from './membership-store'
import { countContents } from './views'
import { workspaceStore } from './workspace-store'

let setup: Setup
let ada: PartnerUser
beforeAll(async () => {
  setup = await setUp({ revocation: true })
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  ada = await person()
})

const NAME = 'Harbour Ltd'
async function person(given: Parameters<Setup['createPerson']>[0] = {}): Promise<PartnerUser> {
  const created = await setup.createPerson(given)
  return { ...created, workspace: { ...created.workspace, name: NAME } }
}

const PATIENT = { interval: 10, timeout: 120_000 }
const connect = async (partnerUser = ada) => {
  const account = setup.sandbox.control.createAccounts({ count: 1 })[0] ?? ''
  const { connectionId } = (await setup.authorize(partnerUser, account)) ?? {}
  if (!connectionId) throw new Error('not connected')
  return { account, connectionId }
}
const request = (partnerUser = ada) => ({ partnerUser, name: partnerUser.workspace.name })
const rowsOf = async (workspaceId: string) => {
  const tables = await setup.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns WHERE column_name = 'workspace_id' ORDER BY 1`,
  )
  expect(tables.length).toBeGreaterThan(7)
  const counted: string[] = []
  for (const { name } of tables) {
    const rows = await setup.sql(`SELECT 1 FROM ${name} WHERE workspace_id = $1`, [workspaceId])
    if (rows.length > 0) counted.push(name)
  }
  return counted
}
/** Every row of every table, as text: what a dump of the database holds. */
async function dump(): Promise<string> {
  const tables = await setup.sql<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
  )
  const parts: string[] = []
  for (const { name } of tables) {
    const rows = await setup.sql<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${name} t`)
    parts.push(...rows.map(({ row }) => `${name} ${row}`))
  }
  return parts.join('\n')
}

describe('deleting a workspace', () => {
  it('disconnects each connection with one revocation, and leaves nothing that names anyone, nor a token', async () => {
    await setup.sql('UPDATE workspace SET name = $2 WHERE id = $1', [ada.workspace.id, 'Sentinel Harbour'])
    ada = { ...ada, workspace: { ...ada.workspace, name: 'Sentinel Harbour' } }
    await setup.sql(`UPDATE partner_user SET name = 'Sentinel Ada' WHERE id = $1`, [ada.userId])
    const made = [await connect(), await connect(), await connect()]
    const ben = await person({ workspaceId: ada.workspace.id, role: 'viewer' })
    await invitationStore(db()).invite({
      workspaceId: ada.workspace.id,
      actorId: ada.userId,
      email: 'sentinel@elsewhere.test',
      role: 'viewer',
      tokenDigest: 'SentinelDigest',
    })
    // Someone who stays, to see that it is this workspace that goes.
    const other = await person()
    const kept = await connect(other)
    await setup.settled()
    const before = await dump()
    const sealed = await setup.sql<{ token: string }>(
      `SELECT unnest(ARRAY[sealed_access_token, sealed_refresh_token]) AS token FROM credential WHERE workspace_id = $1`,
      [ada.workspace.id],
    )
    const details = await setup.sql<{ name: string }>(
      `SELECT data->>'displayName' AS name FROM snapshot WHERE workspace_id = $1 AND kind = 'account_details'`,
      [ada.workspace.id],
    )
    const traces = [
      'Sentinel Harbour',
      'sentinel@elsewhere.test',
      'SentinelDigest',
      ...made.flatMap(({ account, connectionId }) => [account, connectionId]),
      ...sealed.map(({ token }) => token),
      ...details.map(({ name }) => name),
    ]
    expect(sealed).toHaveLength(6)
    expect(details).toHaveLength(3)
    for (const trace of traces) expect(before, trace).toContain(trace)

    expect(await deleteWorkspace(request())).toBe('deleted')
    await setup.settled()
    for (const { account } of made) {
      expect(setup.sandbox.control.grantsOf(account)).toMatchObject([{ endedBy: 'revoked_by_client' }])
    }
    expect(await rowsOf(ada.workspace.id)).toEqual([])
    const after = await dump()
    for (const trace of traces) expect(after, trace).not.toContain(trace)
    // People are users of the deployment; only their own rows still name them.
    const naming = after.split('\n').filter((row) => row.includes('Sentinel Ada') || row.includes(ben.userId))
    expect(new Set(naming.map((row) => row.split(' ')[0]))).toEqual(new Set(['public.partner_user', 'public.session']))

    const tombstones = after.split('\n').filter((row) => row.includes(ada.workspace.id))
    expect(tombstones).toHaveLength(1)
    expect(tombstones[0]).toMatch(/^public\.audit_event .*"action":"workspace.deleted"/)
    expect(tombstones[0]).not.toContain(ada.userId)
    expect(await setup.credential(kept.connectionId)).toMatchObject({ status: 'active' })
    expect(await countContents(other.workspace.id, db())).toEqual({ members: 1, connections: 1, live: 1 })
  })

  it('lets no refresh in flight bring a row back', async () => {
    const { connectionId } = await connect()
    setup.sandbox.control.addFault({
      match: { endpoint: 'token', grantType: 'refresh_token' },
      kind: 'delay_answer',
      delayMs: 2_000,
    })
    const refreshed = getAccessToken({
      principal: { partnerUser: ada },
      connectionId,
      refusedGeneration: 1,
      defer: setup.defer,
    })
    await vi.waitUntil(() => setup.sandbox.control.verdict().rotations === 1, PATIENT)
    expect(await deleteWorkspace(request())).toBe('deleted')
    expect((await refreshed).kind).not.toBe('token')
    await setup.settled()
    expect(await rowsOf(ada.workspace.id)).toEqual([])
  })

  it('lets no authorization in flight bring one back', async () => {
    const begun = await setup.begin(ada)
    const parameters = await setup.consent(begun, setup.sandbox.control.createAccounts({ count: 1 })[0])
    setup.sandbox.control.addFault({
      match: { endpoint: 'token', grantType: 'authorization_code' },
      kind: 'delay_answer',
      delayMs: 2_000,
    })
    const callback = setup.callback(ada, begun, parameters)
    await vi.waitUntil(
      async () => (await setup.outcomeOf(begun))?.consumed || (await rowsOf(ada.workspace.id)).length === 0,
      PATIENT,
    )
    expect(await deleteWorkspace(request())).toBe('deleted')
    await callback
    await setup.settled()
    expect(await rowsOf(ada.workspace.id)).toEqual([])
  })

  it('takes an owner of this moment, and the name as it is written', async () => {
    await connect()
    for (const role of ['viewer', 'operator', 'admin'] as const) {
      const member = await person({ workspaceId: ada.workspace.id, role })
      expect(await deleteWorkspace(request(member))).toBe('not_allowed')
      // The request began when they were an owner.
      const asked = { workspaceId: ada.workspace.id, actorId: member.userId, name: NAME }
      expect(await workspaceStore(db()).delete(asked)).toBe('not_allowed')
    }
    expect(await deleteWorkspace({ partnerUser: ada, name: 'harbour ltd' })).toBe('wrong_name')
    expect(await countContents(ada.workspace.id, db())).toMatchObject({ connections: 1, live: 1 })
  })

  it('waits for connections that are made meanwhile, and goes on where it was interrupted', async () => {
    await connect()
    const stubborn = vi.fn(async () => Promise.reject(new Error('down')))
    expect(await deleteWorkspace(request(), { disconnect: stubborn })).toBe('has_live_connections')
    expect(await countContents(ada.workspace.id, db())).toMatchObject({ connections: 1, live: 1 })

    let late = 0
    const busy: typeof disconnectConnection = async (call) => {
      const disconnected = await disconnectConnection(call)
      if (late++ === 0) await connect()
      return disconnected
    }
    expect(await deleteWorkspace(request(), { disconnect: busy })).toBe('deleted')
    expect(late).toBe(2)
    expect(await rowsOf(ada.workspace.id)).toEqual([])
  })

  it('and a member’s change at the same moment leave either a changed member or no workspace', async () => {
    for (let round = 0; round < 6; round += 1) {
      const owner = await person()
      const ben = await person({ workspaceId: owner.workspace.id, role: 'owner' })
      const [deletion, change] = await Promise.all([
        deleteWorkspace(request(owner)),
        membershipStore(db()).changeRole({
          workspaceId: owner.workspace.id,
          actorId: ben.userId,
          userId: owner.userId,
          role: 'viewer',
        }),
      ])
      const outcome = `${deletion}, ${change}`
      expect(['deleted, not_allowed', 'not_allowed, changed']).toContain(outcome)
      expect((await rowsOf(owner.workspace.id)).includes('membership')).toBe(deletion !== 'deleted')
    }
  })
})
