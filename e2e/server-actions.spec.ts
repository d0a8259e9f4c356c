import { once } from 'node:events'
import { request } from 'node:http'
import type { APIRequestContext } from '@playwright/test'
import { actionCall, builtActions, postAction } from './built'
import { expect, type Partner, type Sql, test } from './fixtures'
import { origins } from './origins'
import { ownCookie } from './own-cookie'

// Server actions are public endpoints. Each is posted to as anyone can, and must refuse, and change nothing.

const SOME_ID = '0199c1d0-0000-7000-8000-00000000dead'

/** Every action that the build has, with a form that would do something. */
type Own = { readonly connectionId: string; readonly workspaceId: string }
const ACTIONS: Record<string, { fields: (own: Own) => Record<string, string>; isPublic?: true }> = {
  connect: { fields: ({ workspaceId }) => ({ workspaceId }) },
  reauthorize: { fields: ({ connectionId }) => ({ connectionId }) },
  addPermissions: { fields: ({ connectionId }) => ({ connectionId, scope: 'transfer:read' }) },
  disconnect: { fields: ({ connectionId }) => ({ connectionId }) },
  liftQuarantine: { fields: ({ connectionId }) => ({ connectionId }) },
  refreshSection: { fields: ({ connectionId }) => ({ connectionId, kind: 'balances' }) },
  createWorkspace: { fields: () => ({ name: 'Another' }) },
  switchWorkspace: { fields: () => ({ workspaceId: SOME_ID }) },
  joinWorkspace: { fields: () => ({ token: 'x'.repeat(43) }) },
  renameWorkspace: { fields: () => ({ workspaceId: SOME_ID, name: 'Another' }) },
  leaveWorkspace: { fields: () => ({ workspaceId: SOME_ID }) },
  deleteWorkspace: { fields: () => ({ workspaceId: SOME_ID, name: 'Another' }) },
  inviteMember: { fields: () => ({ workspaceId: SOME_ID, email: 'x@elsewhere.example', role: 'owner' }) },
  resendInvitation: { fields: () => ({ workspaceId: SOME_ID, invitationId: SOME_ID }) },
  withdrawInvitation: { fields: () => ({ workspaceId: SOME_ID, invitationId: SOME_ID }) },
  changeMemberRole: { fields: () => ({ workspaceId: SOME_ID, userId: SOME_ID, role: 'owner' }) },
  removeMember: { fields: () => ({ workspaceId: SOME_ID, userId: SOME_ID }) },
  transferOwnership: { fields: () => ({ workspaceId: SOME_ID, userId: SOME_ID }) },
  setTheme: { fields: () => ({ theme: 'dark' }), isPublic: true },
  setSidebar: { fields: () => ({ sidebar: 'collapsed' }), isPublic: true },
  startSignIn: { fields: () => ({}), isPublic: true },
  emailLink: { fields: () => ({ email: 'x@elsewhere.example' }), isPublic: true },
  confirmLink: { fields: () => ({}), isPublic: true },
  signOutOne: { fields: () => ({ sessionId: SOME_ID }) },
  signOutOthers: { fields: () => ({}) },
}

const pageOf = (action: string, connectionId: string) =>
  (builtActions().find(({ name }) => name.endsWith(` ${action}`))?.pages[0] ?? '').replace('[id]', connectionId)

const ownOf = ({ workspaceId }: Partner, connectionId: string): Own => ({ connectionId, workspaceId })

/** What a successful action would have changed. */
async function traces(sql: Sql, { workspaceId }: Partner) {
  return sql(
    `SELECT (SELECT count(*) FROM pending_authorization WHERE workspace_id = $1) AS begun,
      (SELECT count(*) FROM snapshot WHERE workspace_id = $1) AS read,
      (SELECT count(*) FROM audit_event WHERE workspace_id = $1) AS noted,
      (SELECT json_agg(status ORDER BY connection_id) FROM credential WHERE workspace_id = $1) AS status`,
    [workspaceId],
  )
}

const post = (request: APIRequestContext, action: string, own: Own, headers: Record<string, string>) =>
  Promise.all(
    [false, true].map((scripted) =>
      postAction(request, {
        path: pageOf(action, own.connectionId),
        action,
        fields: ACTIONS[action]?.fields(own) ?? {},
        headers,
        scripted,
      }),
    ),
  )

test('every action of the build is in the table above', () => {
  const names = builtActions().map(({ name }) => name.split(' ').at(-1))
  expect(names.sort()).toEqual(Object.keys(ACTIONS).sort())
})

const STRANGE_ORIGINS: Record<string, Record<string, string>> = {
  'no Origin': {},
  'a foreign Origin': { origin: 'https://evil.example' },
  'the Origin null': { origin: 'null' },
  'an Origin that is none': { origin: 'https://' },
  'an Origin with a path': { origin: 'ORIGIN/' },
  'our name as part of another': { origin: 'ORIGIN.evil.example' },
  'two Origins': { origin: 'ORIGIN, https://evil.example' },
  'a foreign Origin with our name in other headers': {
    origin: 'https://evil.example',
    'x-forwarded-host': 'evil.example',
    referer: 'ORIGIN/connections',
  },
  'our Origin from another site': { origin: 'ORIGIN', 'sec-fetch-site': 'cross-site' },
  'our Origin from another host of our site': { origin: 'ORIGIN', 'sec-fetch-site': 'same-site' },
}

for (const [why, sent] of Object.entries(STRANGE_ORIGINS)) {
  test(`no action does anything for a request with ${why}`, async ({ context, partner, seeded, sql }) => {
    const { id } = await seeded(partner)
    const before = await traces(sql, partner)
    const headers = Object.fromEntries(
      Object.entries(sent).map(([name, value]) => [name, value.replace('ORIGIN', origins.app)]),
    )
    for (const action of Object.keys(ACTIONS)) {
      for (const answer of await post(context.request, action, ownOf(partner, id), headers)) {
        expect(answer.status(), action).toBe(403)
        expect(answer.headers()['set-cookie'], action).toBeUndefined()
      }
    }
    expect(await traces(sql, partner)).toEqual(before)
  })
}

test('no action but those of visitors does anything without a session', async ({
  partner,
  seeded,
  playwright,
  sql,
}) => {
  const { id } = await seeded(partner)
  const before = await traces(sql, partner)
  const nobody = await playwright.request.newContext({ baseURL: origins.app })
  for (const [action, { isPublic }] of Object.entries(ACTIONS)) {
    if (isPublic) continue
    const [form, script] = await post(nobody, action, ownOf(partner, id), { origin: origins.app })
    // A plain form of someone whose session ended leads to the sign-in page.
    expect(form?.status(), action).toBe(303)
    expect(new URL(form?.headers().location ?? '', origins.app).pathname, action).toBe('/sign-in')
    expect(script?.status(), action).toBe(401)
  }
  await nobody.dispose()
  expect(await traces(sql, partner)).toEqual(before)
})

test('an action whose form was tampered with answers as for something absent', async ({
  context,
  partner,
  seeded,
  sql,
}) => {
  const { id } = await seeded(partner)
  const before = await traces(sql, partner)
  const tampered: Record<string, string>[] = [
    {},
    { connectionId: 'not-an-id' },
    { connectionId: id, status: 'active' },
    { connectionId: id, workspaceId: partner.workspaceId },
    { connectionId: `${id}' OR true --` },
  ]
  for (const fields of tampered) {
    const answer = await postAction(context.request, {
      path: `/connections/${id}/disconnect`,
      action: 'disconnect',
      fields,
    })
    expect(answer.status(), JSON.stringify(fields)).toBe(404)
  }
  expect(await traces(sql, partner)).toEqual(before)
})

test('a body that is too large is refused before it is read', async ({ context, partner, seeded }) => {
  const { id } = await seeded(partner)
  const answer = await postAction(context.request, {
    path: `/connections/${id}/disconnect`,
    action: 'disconnect',
    fields: { connectionId: 'x'.repeat(100_000) },
  })
  expect(answer.status()).toBe(413)
})

test('a body that does not say how large it is ends at the cap as well, and nothing is done', async ({
  partner,
  sql,
}) => {
  /** After its last part a form may have anything (RFC 2046): so much of it. */
  async function rename(name: string, behind: number) {
    const { form, headers } = actionCall('renameWorkspace', { workspaceId: partner.workspaceId, name }, true)
    const sent = new Response(form)
    const body = Buffer.from(await sent.arrayBuffer())
    const asked = request(`${origins.app}/settings`, {
      method: 'POST',
      headers: {
        ...headers,
        cookie: `${ownCookie('session')}=${partner.token}`,
        origin: origins.app,
        'content-type': sent.headers.get('content-type') ?? '',
        'transfer-encoding': 'chunked',
      },
    })
    asked.end(Buffer.concat([body, Buffer.alloc(behind, 'x')]))
    const [answer] = await once(asked, 'response')
    const [workspace] = await sql<{ name: string }>('SELECT name FROM workspace WHERE id = $1', [partner.workspaceId])
    return { status: answer.resume().statusCode, name: workspace?.name }
  }
  expect(await rename('Within', 1_000)).toEqual({ status: 200, name: 'Within' })
  expect(await rename('Beyond', 100_000)).toEqual({ status: 500, name: 'Within' })
})

test('an address or a header that is too large is refused before anyone looks at it', async ({ context, partner }) => {
  const long = 'x'.repeat(20_000)
  for (const [path, headers] of [
    [`/connections?q=${long}`, {}],
    ['/connections', { 'x-long': long }],
  ] as const) {
    const answer = await context.request.get(path, { headers })
    expect(answer.status()).toBe(431)
    expect(await answer.text(), partner.workspace).toBe('')
  }
})

test('so that the refusals mean something: the same posts of an owner do what they say', async ({
  context,
  partner,
  seeded,
  sql,
}) => {
  const { id } = await seeded(partner)
  for (const action of ['connect', 'reauthorize', 'addPermissions']) {
    const [form, script] = await post(context.request, action, ownOf(partner, id), { origin: origins.app })
    const led = { form: form?.headers().location, script: script?.headers()['x-action-redirect'] }
    const toAirwallex = expect.stringContaining(`${origins.sandbox}/oauth/authorize?`)
    expect({ action, status: form?.status(), ...led }).toEqual({
      action,
      status: 303,
      form: toAirwallex,
      script: toAirwallex,
    })
  }
  expect(
    await sql(
      'SELECT purpose::text, count(*) FROM pending_authorization WHERE workspace_id = $1 GROUP BY 1 ORDER BY 1',
      [partner.workspaceId],
    ),
  ).toEqual(['add_permissions', 'connect', 'reauthorize'].map((purpose) => ({ purpose, count: '2' })))
  const [form] = await post(context.request, 'disconnect', ownOf(partner, id), { origin: origins.app })
  expect(form?.headers().location).toBe(`/connections/${id}`)
  expect(await sql('SELECT status::text FROM credential WHERE connection_id = $1', [id])).toEqual([
    { status: 'disconnected' },
  ])
})
