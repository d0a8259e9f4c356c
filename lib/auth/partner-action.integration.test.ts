import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { setLogLevel } from '@/lib/log'
import { LIMITS } from '@/lib/security/limits'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { createOpaqueToken } from './opaque-token'
import { partnerAction, personAction, visitorAction } from './partner-action'
import { partnerUserStore } from './partner-user-store'
import type { Role } from './permissions'
import { sessionStore } from './session-store'

// What Next would know of the request.
const request = { headers: new Headers(), cookies: new Map<string, { value: string }>() }
vi.mock('next/headers', () => ({ headers: async () => request.headers, cookies: async () => request.cookies }))
vi.stubEnv('__NEXT_EXPERIMENTAL_AUTH_INTERRUPTS', 'true')

const APP = 'http://localhost:3000'
setLogLevel('silent')
let database: Awaited<ReturnType<typeof freshDatabase>>
let token: string
const done = vi.fn(async () => ({ kind: 'done' as const }))

const disconnect = partnerAction(
  { permission: 'connection.disconnect', input: z.object({ connectionId: z.string().max(40) }) },
  done,
)
const leave = partnerAction(
  { permission: 'workspace.leave', fresh: true, input: z.object({ connectionId: z.string().max(40) }) },
  done,
)
const rename = partnerAction(
  { permission: 'workspace.rename', input: z.object({ workspaceId: z.uuid(), name: z.string() }) },
  done,
)
const own = personAction({ input: z.object({ connectionId: z.string().max(40) }) }, done)
const begin = visitorAction({ input: z.object({ connectionId: z.string().max(40) }) }, done)

function form(fields: Record<string, string> = { connectionId: 'c1' }): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return data
}
const digestOf = (act: Promise<unknown>) =>
  act.then(
    (value) => value,
    (error: { digest?: string; message: string }) => error.digest ?? error.message,
  )
const role = (value: Role) => database.sql('UPDATE membership SET role = $1::"Role"', [value])

beforeAll(async () => {
  database = await freshDatabase()
  const settings = {
    databaseUrl: database.url,
    sandboxOrigin: 'http://127.0.0.1:1',
    clientId: 'appid_test',
    clientSecret: 'T3st-only-0123456789',
  }
  for (const [name, value] of Object.entries(testEnvironment(settings))) vi.stubEnv(name, value)
  const client = database.client()
  const identity = { issuer: 'https://login.test', subject: 'ada', name: 'Ada', email: 'ada@partner.test' }
  const admission = await partnerUserStore(client).admit(identity)
  if (admission.kind !== 'admitted') throw new Error('not admitted')
  token = createOpaqueToken()
  await sessionStore(client).create({ token, userId: admission.userId, expires: new Date(Date.now() + 3_600_000) })
})
afterAll(async () => {
  const { db } = await import('@/lib/db')
  await db().$disconnect()
  await database.close()
})
beforeEach(async () => {
  done.mockClear()
  done.mockImplementation(async () => ({ kind: 'done' as const }))
  request.headers = new Headers({
    origin: APP,
    'sec-fetch-site': 'same-origin',
    'next-action': 'x',
    'x-request-path': '/connections/1',
  })
  request.cookies = new Map([['pd.3000.session', { value: token }]])
  await database.sql('UPDATE session SET authenticated_at = now()')
  await role('owner')
})

describe('an action of a partner user', () => {
  it('runs for someone whose role allows it, with who they are and what they sent', async () => {
    expect(await disconnect(null, form())).toEqual({ kind: 'done' })
    expect(done).toHaveBeenCalledExactlyOnceWith({
      partnerUser: expect.objectContaining({ name: 'Ada', role: 'owner' }),
      input: { connectionId: 'c1' },
    })
  })

  it.each<[Role, boolean]>([
    ['viewer', false],
    ['operator', false],
    ['admin', true],
    ['owner', true],
  ])('answers a %s by what the table says (%s)', async (value, isAllowed) => {
    await role(value)
    expect(await digestOf(disconnect(null, form()))).toEqual(
      isAllowed ? { kind: 'done' } : 'NEXT_HTTP_ERROR_FALLBACK;403',
    )
    expect(done).toHaveBeenCalledTimes(isAllowed ? 1 : 0)
  })

  it.each([
    ['no cookie', undefined],
    ['an unknown session', createOpaqueToken()],
    ['nonsense for a session', '%00'],
  ])('answers 401 to a script with %s, and leads a form to the sign-in page and back', async (_case, value) => {
    request.cookies = new Map(value ? [['pd.3000.session', { value }]] : [])
    expect(await digestOf(disconnect(null, form()))).toBe('NEXT_HTTP_ERROR_FALLBACK;401')
    request.headers.delete('next-action')
    expect(await digestOf(disconnect(form()))).toMatch(/^NEXT_REDIRECT;[a-z]+;\/sign-in\?next=%2Fconnections%2F1;/)
    expect(done).not.toHaveBeenCalled()
  })
})

describe('the limits of actions', () => {
  const taken = async (bucket: string) =>
    (await database.sql<{ taken: number }>('SELECT taken FROM rate_limit WHERE bucket = $1', [bucket]))[0]?.taken ?? 0

  it('count a refused role against its person and never against the workspace', async () => {
    await database.sql('TRUNCATE rate_limit')
    await role('viewer')
    for (let i = 0; i < 3; i += 1) await digestOf(disconnect(null, form()))
    expect(await taken('action.user')).toBe(3)
    expect(await taken('action.workspace')).toBe(0)
  })

  it('leave the workspace to the others when one person has used up their own', async () => {
    await database.sql('TRUNCATE rate_limit')
    await disconnect(null, form())
    await database.sql(`UPDATE rate_limit SET taken = $1 WHERE bucket = 'action.user'`, [LIMITS['action.user'].limit])
    for (let i = 0; i < 3; i += 1) expect(await digestOf(disconnect(null, form()))).toMatch(/;\/too-many;/)
    expect(await taken('action.workspace')).toBe(1)
    await database.sql('TRUNCATE rate_limit')
  })
})

/** Takes the only membership away for the time of `work`. */
async function withoutMembership(work: () => Promise<void>) {
  const held = await database.sql<{ workspace_id: string; user_id: string }>('DELETE FROM membership RETURNING *')
  try {
    await work()
  } finally {
    for (const { workspace_id, user_id } of held) {
      await database.sql(`INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'owner')`, [
        workspace_id,
        user_id,
      ])
    }
  }
}

describe('an action of someone who was removed', () => {
  it('is refused from the next request on, and leads to the page that says so', async () => {
    expect(await disconnect(null, form())).toEqual({ kind: 'done' })
    done.mockClear()
    await withoutMembership(async () => {
      for (const act of [() => disconnect(null, form()), () => disconnect(form())]) {
        expect(await digestOf(act())).toMatch(/^NEXT_REDIRECT;[a-z]+;\/workspaces;/)
      }
      // What is theirs and no workspace's they may still do.
      expect(await own(null, form())).toEqual({ kind: 'done' })
    })
    expect(done).toHaveBeenCalledTimes(1)
  })

  it('does not happen in another of their workspaces instead', async () => {
    const [user] = await database.sql<{ id: string }>('SELECT id FROM partner_user')
    const left = '0199c1d0-0000-7000-8000-00000000dead'
    request.cookies.set('pd.3000.workspace', { value: `${user?.id}.${left}` })
    expect(await digestOf(disconnect(null, form()))).toMatch(/^NEXT_REDIRECT;[a-z]+;\/workspaces;/)
    expect(done).not.toHaveBeenCalled()
  })
})

describe('an action on a workspace', () => {
  const ownId = async () => (await database.sql<{ id: string }>('SELECT id FROM workspace'))[0]?.id ?? ''

  it('runs for a form of the one that the browser is in', async () => {
    expect(await rename(null, form({ workspaceId: await ownId(), name: 'Harbour' }))).toEqual({ kind: 'done' })
  })

  it('leads from a form of any other one to the page that says so, and does not happen in this one instead', async () => {
    const left = form({ workspaceId: '0199c1d0-0000-7000-8000-00000000dead', name: 'Harbour' })
    for (const act of [() => rename(null, left), () => rename(left)]) {
      expect(await digestOf(act())).toMatch(/^NEXT_REDIRECT;[a-z]+;\/workspaces\?notice=other_workspace;/)
    }
    expect(done).not.toHaveBeenCalled()
  })

  it.each([{ name: 'Harbour' }, { workspaceId: '', name: 'Harbour' }])(
    'does nothing for the form %j',
    async (fields) => {
      expect(await rename(null, form(fields))).toMatchObject({ kind: 'invalid' })
      expect(done).not.toHaveBeenCalled()
    },
  )

  it('is not to be made without a form that says which', () => {
    // @ts-expect-error: neither a workspace nor a connection.
    partnerAction({ permission: 'workspace.rename', input: z.object({ name: z.string() }) }, done)
  })
})

describe('an action that asks for a fresh sign-in', () => {
  const signedIn = (minutes: number) =>
    database.sql(`UPDATE session SET authenticated_at = now() - $1 * interval '1 minute'`, [minutes])

  it('runs within ten minutes of it', async () => {
    await signedIn(9)
    expect(await leave(null, form())).toEqual({ kind: 'done' })
  })

  it('leads to the page that asks for it afterwards, and back, without having run', async () => {
    await signedIn(11)
    for (const act of [() => leave(null, form()), () => leave(form())]) {
      expect(await digestOf(act())).toMatch(/^NEXT_REDIRECT;[a-z]+;\/confirm\?next=%2Fconnections%2F1;/)
    }
    expect(done).not.toHaveBeenCalled()
    expect(await disconnect(null, form())).toEqual({ kind: 'done' })
  })
})

describe.each([
  ['of a partner user', disconnect],
  ['of whoever is signed in', own],
  ['of anyone', begin],
])('an action %s', (_whose, action) => {
  it.each([
    ['no origin', null],
    ['an opaque origin', 'null'],
    ['a foreign origin', 'https://evil.test'],
    ['a malformed origin', 'ht!tp:/'],
  ])('answers 403 to %s and does nothing', async (_case, origin) => {
    if (origin === null) request.headers.delete('origin')
    else request.headers.set('origin', origin)
    expect(await digestOf(action(null, form()))).toBe('NEXT_HTTP_ERROR_FALLBACK;403')
    expect(await digestOf(action(form()))).toBe('NEXT_HTTP_ERROR_FALLBACK;403')
    expect(done).not.toHaveBeenCalled()
  })

  it('tells a form that can show it what is wrong, and finds no page for one that cannot', async () => {
    const wrong = form({ connectionId: 'c1', role: 'owner' })
    expect(await action(null, wrong)).toEqual({
      kind: 'invalid',
      problems: { form: 'holds an unknown field' },
      typed: { connectionId: 'c1' },
    })
    expect(await digestOf(action(wrong))).toBe('NEXT_HTTP_ERROR_FALLBACK;404')
    expect(await action(null, 'x' as never)).toMatchObject({ kind: 'invalid' })
    expect(await digestOf((action as unknown as () => Promise<void>)())).toBe('NEXT_HTTP_ERROR_FALLBACK;404')
    expect(done).not.toHaveBeenCalled()
  })

  it('lets a redirect and a missing page through', async () => {
    const { notFound, redirect } = await import('next/navigation')
    done.mockImplementationOnce(() => redirect('/connections'))
    expect(await digestOf(action(null, form()))).toMatch(/^NEXT_REDIRECT;[a-z]+;\/connections;/)
    done.mockImplementationOnce(() => notFound())
    expect(await digestOf(action(null, form()))).toBe('NEXT_HTTP_ERROR_FALLBACK;404')
  })

  it('answers a surprise with a reference, and nothing else of it', async () => {
    done.mockRejectedValue(new Error('SENTINEL', { cause: 'SENTINEL' }))
    const failed = await action(null, form())
    expect(failed).toEqual({ kind: 'failed', reference: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    const thrown = await action(form()).catch((error: Error) => error)
    expect(thrown).toBeInstanceOf(Error)
    expect(JSON.stringify([String(thrown), (thrown as Error).cause ?? null, (thrown as Error).stack])).not.toContain(
      'SENTINEL',
    )
  })
})
