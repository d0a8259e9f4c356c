import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { setLogLevel } from '@/lib/log'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { readPartnerUser } from './partner-user'
import { partnerUserStore } from './partner-user-store'
import { type SessionStore, sessionStore } from './session-store'
import { createSessionToken, digestSessionToken } from './session-token'

setLogLevel('silent')
let database: Awaited<ReturnType<typeof freshDatabase>>
let sessions: SessionStore
let userId: string
let token: string

const NOW = new Date('2026-11-23T12:00:00Z')
const later = (minutes: number, seconds = 0) => new Date(NOW.getTime() + minutes * 60_000 + seconds * 1_000)
const read = (now = NOW) => readPartnerUser(token, { sessions, now })
const rows = () => database.sql<{ last_seen_at: Date }>('SELECT last_seen_at FROM session')

beforeAll(async () => {
  database = await freshDatabase()
  const client = database.client()
  sessions = sessionStore(client)
  const identity = { issuer: 'https://login.test', subject: 'ada', name: 'Ada Okafor', email: 'ada@partner.example' }
  const admission = await partnerUserStore(client).admit(identity)
  if (admission.kind !== 'admitted') throw new Error('not admitted')
  userId = admission.userId
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.sql('DELETE FROM session')
  token = createSessionToken()
  await sessions.create({ token, userId, expires: later(12 * 60) })
  await database.sql('UPDATE session SET created_at = $1, last_seen_at = $1', [NOW])
})

describe('the partner user of a session', () => {
  it('is who signed in, in their workspace, with their role there', async () => {
    const [session] = await database.sql<{ id: string; workspace: string }>(
      'SELECT s.id, m.workspace_id AS workspace FROM session s JOIN membership m ON m.user_id = s.user_id',
    )
    expect(await read()).toEqual({
      userId,
      sessionId: session?.id,
      name: 'Ada Okafor',
      email: 'ada@partner.example',
      role: 'owner',
      workspace: { id: session?.workspace, name: 'Ada Okafor’s workspace' },
    })
  })

  it('has the role and the workspace of this moment', async () => {
    await database.sql(`UPDATE membership SET role = 'viewer'`)
    expect((await read())?.role).toBe('viewer')
    await database.sql(`UPDATE membership SET role = 'owner'`)
    const held = await database.sql<{ workspace_id: string }>('DELETE FROM membership RETURNING workspace_id')
    expect(await read()).toBeNull()
    await database.sql(`INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'owner')`, [
      held[0]?.workspace_id,
      userId,
    ])
    expect((await read())?.role).toBe('owner')
  })

  it('is nobody as soon as the user is disabled', async () => {
    await database.sql('UPDATE partner_user SET disabled_at = now()')
    const found = await read()
    await database.sql('UPDATE partner_user SET disabled_at = NULL')
    expect(found).toBeNull()
    expect(await rows()).toEqual([])
  })

  it('stays while there is activity every half hour, and not a second longer', async () => {
    expect(await read(later(29, 59))).not.toBeNull()
    expect(await read(later(59, 58))).not.toBeNull()
    expect(await read(later(89, 58))).toBeNull()
    expect(await rows()).toEqual([])
  })

  it('ends after twelve hours however busy it is', async () => {
    await database.sql('UPDATE session SET last_seen_at = $1', [later(12 * 60 - 1)])
    expect(await read(later(12 * 60, -1))).not.toBeNull()
    expect(await read(later(12 * 60))).toBeNull()
    expect(await rows()).toEqual([])
  })

  it('is marked as seen at most once a minute, and never extended', async () => {
    const seen = async () => (await rows())[0]?.last_seen_at
    await read(later(0, 59))
    expect(await seen()).toEqual(NOW)
    await read(later(1))
    expect(await seen()).toEqual(later(1))
    // A slower replica does not turn the time back.
    await sessions.markSeen((await read(later(1)))?.sessionId ?? '', later(0, 30))
    expect(await seen()).toEqual(later(1))
    expect(await database.sql('SELECT expires FROM session')).toEqual([{ expires: later(12 * 60) }])
  })

  it('is nobody for what is no token', async () => {
    const digest = digestSessionToken(token)
    const odd: unknown[] = [
      undefined,
      null,
      '',
      0,
      {},
      [token],
      { token },
      `${token} `,
      token.slice(1),
      `${token}=`,
      digest,
    ]
    for (const given of odd) {
      expect(await readPartnerUser(given, { sessions, now: NOW })).toBeNull()
    }
    expect(await readPartnerUser(createSessionToken(), { sessions, now: NOW })).toBeNull()
    expect(await read()).not.toBeNull()
  })

  it('is nobody when the database says something unexpected', async () => {
    const real = (await sessions.find(token)) as Record<string, unknown>
    const answers: unknown[] = [
      {},
      { message: 'There is a problem with the server configuration.' },
      null,
      'user',
      { ...real, userId: 'x' },
      { ...real, role: 'root' },
      { ...real, role: undefined },
      { ...real, workspaceId: null },
      { ...real, expiresAt: '2099-01-01' },
      { ...real, expiresAt: new Date(Number.NaN) },
      { ...real, lastSeenAt: undefined },
      { ...real, disabledAt: undefined },
    ]
    for (const answer of answers) {
      const odd = { ...sessions, find: async () => answer }
      expect(await readPartnerUser(token, { sessions: odd, now: NOW })).toBeNull()
    }
  })

  it('is not guessed while the database is down', async () => {
    const down = { ...sessions, find: () => Promise.reject(new Error('down')) }
    await expect(readPartnerUser(token, { sessions: down, now: NOW })).rejects.toThrow('down')
  })
})

describe('ending a session', () => {
  it('ends this one only, and may be repeated', async () => {
    const other = createSessionToken()
    await sessions.create({ token: other, userId, expires: later(60) })
    await sessions.delete(token)
    await sessions.delete(token)
    expect(await read()).toBeNull()
    expect(await readPartnerUser(other, { sessions, now: new Date() })).not.toBeNull()
  })
})
