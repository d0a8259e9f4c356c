import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { getAccessToken } from '@/lib/tokens/access-token'
import { type Setup, setUp } from '../authorization/testing/authorization-setup'
import { disconnectConnection } from './disconnect'

let setup: Setup
let ada: PartnerUser
let account: string
let connectionId: string
beforeAll(async () => {
  setup = await setUp({ revocation: true })
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.moveClock(0)
  await setup.sql('TRUNCATE connection, pending_authorization CASCADE')
  ada = await setup.createPerson()
  account = setup.sandbox.control.createAccounts({ count: 1 })[0] ?? ''
  connectionId = (await setup.authorize(ada, account))?.connectionId ?? ''
})

const PATIENT = { interval: 10, timeout: 120_000 }
const disconnect = (partnerUser = ada) => disconnectConnection({ partnerUser, connectionId })
const force = (generation: number) =>
  getAccessToken({ principal: { partnerUser: ada }, connectionId, refusedGeneration: generation, defer: setup.defer })
const tokensAtRest = async () =>
  Number(
    (
      await setup.sql<{ count: string }>(
        'SELECT count(*) FROM credential WHERE sealed_access_token IS NOT NULL OR sealed_refresh_token IS NOT NULL',
      )
    )[0]?.count,
  )
const revocationOutcome = async () => {
  const [row] = await setup.sql<{ outcome: string | null }>(
    'SELECT revocation_outcome AS outcome FROM connection WHERE id = $1',
    [connectionId],
  )
  return row?.outcome
}

describe('disconnecting', () => {
  it('drops the tokens, keeps the history, asks for one revocation and records it', async () => {
    expect(await disconnect()).toEqual({ kind: 'disconnected', revocation: 'accepted' })
    expect(await setup.credential(connectionId)).toMatchObject({
      status: 'disconnected',
      refreshToken: null,
      grantNo: 2,
    })
    expect(await tokensAtRest()).toBe(0)
    expect(setup.sandbox.control.grantsOf(account)).toMatchObject([{ endedBy: 'revoked_by_client' }])
    expect(await revocationOutcome()).toBe('accepted')
    expect(await setup.sql('SELECT 1 FROM rotation WHERE connection_id = $1', [connectionId])).toHaveLength(1)
    expect(await setup.sql('SELECT 1 FROM snapshot WHERE connection_id = $1', [connectionId])).toHaveLength(2)
    expect((await setup.audit(ada.workspace.id)).at(-1)).toMatchObject({
      action: 'connection.disconnected',
      connectionId,
      actorUserId: ada.userId,
    })
    expect(await force(1)).toEqual({ kind: 'disconnected' })
    expect(await disconnect()).toEqual({ kind: 'already_disconnected' })
  })

  it('takes an admin, and a connection of their own workspace', async () => {
    const operator = await setup.createPerson({ workspaceId: ada.workspace.id, role: 'operator' })
    expect(await disconnect(operator)).toEqual({ kind: 'not_allowed' })
    expect(await disconnect(await setup.createPerson())).toEqual({ kind: 'not_found' })
    for (const absent of ['0199c1d0-0000-7000-8000-00000000dead', "' OR 1=1", '']) {
      expect(await disconnectConnection({ partnerUser: ada, connectionId: absent })).toEqual({ kind: 'not_found' })
    }
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'active' })
  })

  it('stays disconnected when the revocation fails', async () => {
    setup.sandbox.control.addFault({ match: { endpoint: 'revoke' }, kind: 'status', status: 500 })
    expect(await disconnect()).toEqual({ kind: 'disconnected', revocation: 'failed' })
    expect(await tokensAtRest()).toBe(0)
    expect(await revocationOutcome()).toBe('failed')
  })

  it('records a late revocation neither at a connection that is back nor at its next disconnect', async () => {
    let answer = () => {}
    const late = () =>
      new Promise<void>((resolve) => {
        answer = resolve
      })
    const first = disconnectConnection({ partnerUser: ada, connectionId }, { revoke: late })
    await expect.poll(async () => (await setup.credential(connectionId))?.status, PATIENT).toBe('disconnected')
    await setup.authorize(ada, account, { purpose: 'reauthorize', connectionId })
    answer()
    expect(await first).toEqual({ kind: 'disconnected', revocation: 'accepted' })
    expect(await revocationOutcome()).toBeNull()

    const again = disconnectConnection({ partnerUser: ada, connectionId }, { revoke: late })
    await expect.poll(async () => (await setup.credential(connectionId))?.status, PATIENT).toBe('disconnected')
    await setup.authorize(ada, account, { purpose: 'reauthorize', connectionId })
    setup.sandbox.control.addFault({ match: { endpoint: 'revoke' }, kind: 'status', status: 500 })
    expect(await disconnect()).toEqual({ kind: 'disconnected', revocation: 'failed' })
    answer()
    await again
    expect(await revocationOutcome()).toBe('failed')
  })

  it('revokes nothing while an exchange is under way whose account no one knows yet', async () => {
    const begun = await setup.begin(await setup.createPerson())
    await setup.sql('UPDATE pending_authorization SET consumed_at = rotation_clock() WHERE id = $1', [
      begun.pendingAuthorizationId,
    ])
    expect(await disconnect()).toEqual({ kind: 'disconnected', revocation: 'skipped_live_grant' })
    expect(setup.sandbox.control.grantsOf(account)).toMatchObject([{ endedBy: null }])
  })

  it('lets no refresh in flight store or hand out what it gets', async () => {
    setup.sandbox.control.addFault({
      match: { endpoint: 'token', grantType: 'refresh_token' },
      kind: 'delay_answer',
      delayMs: 2_000,
    })
    const forced = force(1)
    await vi.waitUntil(() => setup.sandbox.control.verdict().rotations === 1, PATIENT)
    await disconnect()
    expect(await forced).toEqual({ kind: 'disconnected' })
    await setup.settled()
    expect(await tokensAtRest()).toBe(0)
    expect(await setup.credential(connectionId)).toMatchObject({ status: 'disconnected', generation: 1 })
  })

  it('ends with no token at rest, however it meets refreshes and another reauthorization', async () => {
    for (let round = 0; round < 15; round++) {
      const { generation = 1 } = (await setup.credential(connectionId)) ?? {}
      await setup.moveClock(31 * round)
      const before = setup.sandbox.control.verdict().rotations
      const forced = force(generation)
      const sent = () => setup.sandbox.control.verdict().rotations > before
      if (round % 2 === 0) await vi.waitUntil(sent, { interval: 1, timeout: 120_000 })
      await Promise.all([disconnect(), forced])
      await setup.settled()
      expect(await setup.credential(connectionId)).toMatchObject({ status: 'disconnected', refreshToken: null })
      expect(await tokensAtRest()).toBe(0)
      const back = await setup.authorize(ada, account, { purpose: 'reauthorize', connectionId })
      expect(back).toMatchObject({ outcome: 'reauthorized', connectionId })
    }
    expect(setup.sandbox.control.verdict().supersededSends).toBe(0)
  })
})
