import type { Page } from '@playwright/test'
import { v7 as uuidv7 } from 'uuid'
import { builtRoutes, postAction } from './built'
import { expect, type Partner, type Role, type Sql, test } from './fixtures'
import { menu } from './provider'

// Whatever belongs to another workspace answers as if it did not exist; beside it, what is one's own.

/** Every page of the build that takes an id, and what its heading says to someone who may see it. */
const PAGES: Record<string, RegExp> = {
  '/connections/[id]': /^(acct_|Seeded )/,
  '/connections/[id]/disconnect': /^Disconnect .*\?$/,
  '/connections/[id]/lift-quarantine': /^(acct_|Seeded )/,
  '/connections/[id]/permissions': /^Add permissions$/,
  '/connections/[id]/reauthorize': /^Reauthorize$/,
  '/connect/result/[id]': /^Not finished yet$/,
}

const at = (route: string, id: string) => route.replace('[id]', id)

async function begun(sql: Sql, { workspaceId, userId }: Partner): Promise<string> {
  const id = uuidv7()
  await sql(
    `INSERT INTO pending_authorization (id, workspace_id, user_id, session_id, environment, purpose, state_digest,
       cookie_digest, sealed_code_verifier, redirect_uri, requested_scopes, expires_at)
     VALUES ($1, $2, $3, gen_random_uuid(), 'local', 'connect', $4, '-', '-', '-', '{}', now() + interval '10 minutes')`,
    [id, workspaceId, userId, `digest of ${id}`],
  )
  return id
}

/** What a page says, without what differs between any two answers. */
async function visit(page: Page, path: string) {
  const answer = await page.goto(path)
  const main = await page.getByRole('main').innerText()
  return { status: answer?.status(), heading: await page.getByRole('heading', { level: 1 }).innerText(), main }
}

test('every page of the build that takes an id is in the table above', () => {
  expect(builtRoutes().filter((route) => route.includes('[id]'))).toEqual(Object.keys(PAGES).sort())
})

for (const [route, heading] of Object.entries(PAGES)) {
  test(`${route} shows one's own and answers another workspace's id as an absent one`, async ({
    page,
    partner,
    somebodyElse,
    seeded,
    sql,
  }) => {
    const other = await somebodyElse()
    const idOf = (whose: Partner) =>
      route.startsWith('/connect/') ? begun(sql, whose) : seeded(whose).then(({ id }) => id)
    const [own, theirs] = [await idOf(partner), await idOf(other.partner)]

    const shown = await visit(page, at(route, own))
    expect(shown).toMatchObject({ status: 200, heading: expect.stringMatching(heading) })

    const absent = await visit(page, at(route, uuidv7()))
    expect(absent.status).toBe(404)
    expect(absent.heading).toMatch(/does not exist|nothing at this address/)
    expect(await visit(page, at(route, theirs))).toEqual(absent)
    expect(await visit(page, at(route, `${theirs.slice(0, -1)}'`))).toEqual(absent)
    expect(await page.content()).not.toContain(other.partner.workspace)

    // It is there: its own people see it.
    expect(await visit(other.page, at(route, theirs))).toMatchObject({ status: 200 })
  })
}

const ACTIONS: { action: string; page: string; fields: Record<string, string> }[] = [
  { action: 'disconnect', page: '/disconnect', fields: {} },
  { action: 'reauthorize', page: '/reauthorize', fields: {} },
  { action: 'addPermissions', page: '/permissions', fields: { scope: 'transfer:read' } },
  { action: 'refreshSection', page: '', fields: { kind: 'balances' } },
  { action: 'liftQuarantine', page: '/lift-quarantine', fields: {} },
]

for (const { action, page, fields } of ACTIONS) {
  test(`the action ${action} treats another workspace's connection as an absent one`, async ({
    context,
    partner,
    somebodyElse,
    seeded,
    sql,
  }) => {
    const other = await somebodyElse()
    const [own, theirs] = [await seeded(partner), await seeded(other.partner)]
    const stateOf = (id: string) =>
      sql(
        'SELECT status::text, fence, (SELECT count(*) FROM snapshot WHERE connection_id = $1) FROM credential WHERE connection_id = $1',
        [id],
      )
    const before = await stateOf(theirs.id)
    for (const scripted of [false, true]) {
      const post = async (connectionId: string) => {
        const form = { path: `/connections/${own.id}${page}`, action, fields: { ...fields, connectionId }, scripted }
        const answer = await postAction(context.request, form)
        return { status: answer.status(), says: /does not exist/.test(await answer.text()) }
      }
      const absent = await post(uuidv7())
      expect(absent.status).toBe(404)
      expect(await post(theirs.id)).toEqual(absent)
    }
    expect(await stateOf(theirs.id)).toEqual(before)
    expect(await sql('SELECT 1 FROM pending_authorization WHERE connection_id = $1', [theirs.id])).toEqual([])

    const form = { path: `/connections/${own.id}${page}`, action, fields: { ...fields, connectionId: own.id } }
    expect([200, 303]).toContain((await postAction(context.request, form)).status())
  })
}

test('the list, its search and its pages hold only what is of the viewer’s workspace', async ({
  page,
  partner,
  somebodyElse,
  seeded,
}) => {
  const other = await somebodyElse()
  const [own, theirs] = [await seeded(partner), await seeded(other.partner)]
  for (const path of ['/connections', '/connections?q=acct_Synthetic', `/connections?after=${uuidv7()}`]) {
    await page.goto(path)
    await expect(page.getByRole('link', { name: own.account.id })).toBeVisible()
    expect(await page.content()).not.toContain(theirs.account.id)
  }
  await page.goto(`/connections?q=${theirs.account.id}`)
  await expect(page.getByText('No connection matches')).toBeVisible()
})

const RIGHTS: Record<Role, { connect: boolean; reauthorize: boolean; disconnect: boolean; lift: boolean }> = {
  viewer: { connect: false, reauthorize: false, disconnect: false, lift: false },
  operator: { connect: true, reauthorize: true, disconnect: false, lift: false },
  admin: { connect: true, reauthorize: true, disconnect: true, lift: false },
  owner: { connect: true, reauthorize: true, disconnect: true, lift: true },
}

for (const [role, rights] of Object.entries(RIGHTS) as [Role, (typeof RIGHTS)[Role]][]) {
  test(`a ${role} is offered what a ${role} may do, and refused the rest`, async ({
    context,
    page,
    signIn,
    somebodyElse,
    seeded,
    sql,
  }) => {
    const owner = await somebodyElse()
    const { id } = await seeded(owner.partner)
    await signIn(context, { role, joining: owner.partner })
    const isOffered = (name: string, kind: 'button' | 'link') => page.getByRole(kind, { name, exact: true }).count()

    await page.goto('/connections')
    expect((await isOffered('Connect to Airwallex', 'button')) > 0).toBe(rights.connect)
    await page.goto(`/connections/${id}`)
    await menu(page, 'Actions').click()
    expect((await isOffered('Reauthorize', 'link')) > 0).toBe(rights.reauthorize)
    expect((await isOffered('Add permissions', 'link')) > 0).toBe(rights.reauthorize)
    expect((await isOffered('Disconnect', 'link')) > 0).toBe(rights.disconnect)
    expect((await page.getByRole('button', { name: /^Refresh/ }).count()) > 0).toBe(rights.reauthorize)
    for (const [path, button, may] of [
      ['reauthorize', 'Reauthorize', rights.reauthorize],
      ['permissions', 'Add permissions', rights.reauthorize],
      ['disconnect', 'Disconnect', rights.disconnect],
    ] as const) {
      await page.goto(`/connections/${id}/${path}`)
      expect((await isOffered(button, 'button')) > 0, path).toBe(may)
      await expect(page.getByText('Your role does not allow this')).toHaveCount(may ? 0 : 1)
    }

    // What no button offers, a post does not do either.
    const posts = [
      {
        may: rights.connect,
        form: { path: '/connections', action: 'connect', fields: { workspaceId: owner.partner.workspaceId } },
      },
      ...ACTIONS.map(({ action, page, fields }) => ({
        may: { disconnect: rights.disconnect, liftQuarantine: rights.lift }[action] ?? rights.reauthorize,
        form: { path: `/connections/${id}${page}`, action, fields: { ...fields, connectionId: id } },
      })),
    ]
    for (const { may, form } of posts.reverse()) {
      const scripted = await postAction(context.request, { ...form, scripted: true })
      const plain = await postAction(context.request, form)
      if (may) expect([200, 303], form.action).toContain(plain.status())
      else expect(scripted.status(), form.action).toBe(403)
      // Next answers a plain form that is forbidden with the page that says that there is nothing.
      if (!may) expect([403, 404], form.action).toContain(plain.status())
    }
    const [credential] = await sql('SELECT status::text FROM credential WHERE connection_id = $1', [id])
    expect(credential?.status).toBe(rights.disconnect ? 'disconnected' : 'active')
  })
}
