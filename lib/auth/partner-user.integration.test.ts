import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { setLogLevel } from '@/lib/log'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { createOpaqueToken, digestOpaqueToken } from './opaque-token'
import { isFresh, readSignedIn } from './partner-user'
import { partnerUserStore } from './partner-user-store'
import { type SessionStore, sessionStore } from './session-store'
import { parseWorkspaceCookie, workspaceCookie } from './workspace-cookie'

setLogLevel('silent')
let database: Awaited<ReturnType<typeof freshDatabase>>
let sessions: SessionStore
let userId: string
let token: string

const NOW = new Date('2026-11-23T12:00:00Z')
const later = (minutes: number, seconds = 0) => new Date(NOW.getTime() + minutes * 60_000 + seconds * 1_000)
const signedIn = (now = NOW, choice: { userId: string; workspaceId: string } | null = null) =>
  readSignedIn(token, { sessions, now, choice })
const read = async (now = NOW) => {
  const found = await signedIn(now)
  return found?.kind === 'partner_user' ? found.partnerUser : null
}
const rows = () => database.sql<{ last_seen_at: Date }>('SELECT last_seen_at FROM session')

beforeAll(async () => {
  database = await freshDatabase()
  const services = { sandboxOrigin: 'http://127.0.0.1:1', clientId: 'appid_test', clientSecret: 'T3st-only-0123456789' }
  Object.assign(process.env, testEnvironment({ databaseUrl: database.url, ...services }))
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
  token = createOpaqueToken()
  await sessions.create({ token, userId, expires: later(12 * 60) })
  await database.sql('UPDATE session SET created_at = $1, last_seen_at = $1, authenticated_at = $1', [NOW])
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
      authenticatedAt: NOW,
      role: 'owner',
      workspace: { id: session?.workspace, name: 'Ada Okafor’s workspace' },
    })
  })

  it('costs one statement and no transaction, unknown or not, and nothing where the token is malformed', async () => {
    const client = database.client()
    const statements: string[] = []
    const observed = client.$extends({
      query: {
        $allOperations({ operation, args, query }) {
          statements.push(operation)
          return query(args)
        },
      },
    })
    const reading = { sessions: sessionStore(observed as unknown as typeof client), now: NOW }
    expect(await readSignedIn('made-up', reading)).toBeNull()
    expect(statements).toEqual([])
    expect(await readSignedIn(createOpaqueToken(), reading)).toBeNull()
    expect(statements).toEqual(['$queryRaw'])
    expect(await readSignedIn(token, reading)).toMatchObject({ kind: 'partner_user' })
    expect(statements).toEqual(['$queryRaw', '$queryRaw'])
  })

  it('leaves the transaction that reads it with no more rows in sight than before', async () => {
    const seen = await database.client().$transaction(async (tx) => {
      const found = await tx.$queryRaw`SELECT role FROM read_session(${digestOpaqueToken(token)}, NULL)`
      return { found, memberships: await tx.membership.findMany(), workspaces: await tx.workspace.findMany() }
    })
    expect(seen).toEqual({ found: [{ role: 'owner' }], memberships: [], workspaces: [] })
  })

  it('has the role and the workspace of this moment', async () => {
    await database.sql(`UPDATE membership SET role = 'viewer'`)
    expect((await read())?.role).toBe('viewer')
    await database.sql(`UPDATE membership SET role = 'owner'`)
    const held = await database.sql<{ workspace_id: string }>('DELETE FROM membership RETURNING workspace_id')
    expect(await signedIn()).toMatchObject({ kind: 'without_workspace', person: { userId, name: 'Ada Okafor' } })
    await database.sql(`INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'owner')`, [
      held[0]?.workspace_id,
      userId,
    ])
    expect((await read())?.role).toBe('owner')
  })

  it('is in the workspace that their browser prefers, while they are a member of it', async () => {
    const [first] = await database.sql<{ id: string }>('SELECT workspace_id AS id FROM membership WHERE user_id = $1', [
      userId,
    ])
    const [second, foreign] = [uuidv7(), uuidv7()]
    for (const id of [second, foreign]) await database.sql(`INSERT INTO workspace (id, name) VALUES ($1, 'W')`, [id])
    await database.sql(`INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'viewer')`, [
      second,
      userId,
    ])
    const workspaceOf = async (workspaceId: string, whose = userId) => {
      const found = await signedIn(NOW, { userId: whose, workspaceId })
      return found?.kind === 'partner_user' ? [found.partnerUser.workspace.id, found.partnerUser.role] : found?.kind
    }
    expect(await workspaceOf(second)).toEqual([second, 'viewer'])
    expect(await workspaceOf(first?.id ?? '')).toEqual([first?.id, 'owner'])
    // Nothing is done in another workspace than the one that the page was about.
    expect(await workspaceOf(foreign)).toBe('removed')
    await database.sql('DELETE FROM membership WHERE workspace_id = $1', [second])
    expect(await workspaceOf(second)).toBe('removed')
    // The choice of whoever was at this browser before.
    expect(await workspaceOf(foreign, uuidv7())).toEqual([first?.id, 'owner'])
  })

  it('counts as fresh for ten minutes after signing in, however busy the session is', async () => {
    const ada = await read(later(9))
    if (!ada) throw new Error('signed out')
    expect(isFresh(ada, later(9, 59))).toBe(true)
    expect(isFresh(ada, later(10))).toBe(false)
    await database.sql('UPDATE session SET authenticated_at = $1', [later(5)])
    expect((await read(later(9)))?.authenticatedAt).toEqual(later(5))
  })

  it('is no one as soon as the user is disabled', async () => {
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

  it('is no one for what is no token', async () => {
    const digest = digestOpaqueToken(token)
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
      expect(await readSignedIn(given, { sessions, now: NOW })).toBeNull()
    }
    expect(await readSignedIn(createOpaqueToken(), { sessions, now: NOW })).toBeNull()
    expect(await read()).not.toBeNull()
  })

  it('is no one when the database says something unexpected', async () => {
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
      { ...real, role: null },
      { ...real, authenticatedAt: undefined },
      { ...real, expiresAt: '2099-01-01' },
      { ...real, expiresAt: new Date(Number.NaN) },
      { ...real, lastSeenAt: undefined },
      { ...real, disabledAt: undefined },
    ]
    for (const answer of answers) {
      const odd = { ...sessions, find: async () => answer }
      expect(await readSignedIn(token, { sessions: odd, now: NOW })).toBeNull()
    }
  })

  it('is not guessed while the database is down', async () => {
    const down = { ...sessions, find: () => Promise.reject(new Error('down')) }
    await expect(readSignedIn(token, { sessions: down, now: NOW })).rejects.toThrow('down')
  })
})

describe('ending a session', () => {
  it('ends this one only, and may be repeated', async () => {
    const other = createOpaqueToken()
    // Its row says by the database's clock when it was last seen.
    await sessions.create({ token: other, userId, expires: new Date(Date.now() + 3_600_000) })
    await sessions.delete(token)
    await sessions.delete(token)
    expect(await read()).toBeNull()
    expect(await readSignedIn(other, { sessions, now: new Date() })).not.toBeNull()
  })
})

describe("the browser's choice of a workspace", () => {
  const choice = {
    userId: '0199c1d0-0000-7000-8000-000000000001',
    workspaceId: '0199c1d0-0000-7000-8000-000000000002',
  }

  it('comes back as it was written, with a prefix that no other host can set', () => {
    const cookie = workspaceCookie('https://dashboard.company.test', choice)
    expect(cookie).toMatchObject({ name: '__Host-pd.workspace', secure: true, httpOnly: true, sameSite: 'lax' })
    expect(parseWorkspaceCookie(cookie.value)).toEqual(choice)
  })

  it.each([undefined, '', '.', choice.userId, `${choice.userId}.x`, `${choice.userId}.${choice.workspaceId}.x`])(
    'is none where it reads %s',
    (value) => {
      expect(parseWorkspaceCookie(value)).toBeNull()
    },
  )
})
