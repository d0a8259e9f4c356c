import { expect, test } from './fixtures'
import { ACTIONS } from './matrix/actions'
import { askForStream } from './matrix/ask'
import { FROM_WITHIN, IN_PARTS, otherAddresses, pageAlone } from './matrix/bypasses'
import { builtPages, pathOf } from './matrix/entries'
import { judge } from './matrix/judge'
import { PAGES } from './matrix/pages'
import { callIn, cell, idless, isRefused, ownHeaders, secretIn, setScene, shownBy, wantedOf } from './matrix/scene'
import { absentIds, PRINCIPALS, stateOf } from './matrix/worlds'
import { origins } from './origins'

// What the tables in matrix/ deny, asked for in every way that once led around a check, or might.

const DENIALS = ['→/sign-in', '403', '404']

for (const principal of PRINCIPALS) {
  if (principal === 'owner') continue

  test(`what pages deny ${principal} they deny by every other way to ask`, async ({ sql }) => {
    const scene = await setScene(sql, origins.app, principal)
    const shown = new Map<string, string>()
    for (const [address, { answers, shows }] of Object.entries(PAGES)) {
      const wanted = cell(answers, principal)
      if (!DENIALS.includes(wanted) || address === '/_not-found') continue
      const path = pathOf(address, scene.homeIds)
      const text = shownBy(shows, scene.own)
      const note = async (
        why: string,
        headers: Record<string, string>,
        at: string,
        isFine: (said: string) => boolean,
      ) => {
        const answer = await askForStream(scene.ask, { path: at, headers })
        const said = judge(answer, scene.origin, text)
        const secret = secretIn(answer.body, scene, principal)
        if (!isFine(said) || secret) shown.set(`${address}, ${why}`, secret ? `${said} with ${secret}` : said)
      }
      for (const [why, headers] of Object.entries(FROM_WITHIN))
        await note(why, headers, path, (said) => said === wanted)
      const inParts = {
        ...IN_PARTS,
        'the page alone': pageAlone(builtPages()[address] ?? '', path.split('/').at(2) ?? ''),
      }
      for (const [why, headers] of Object.entries(inParts)) await note(why, headers, path, isNothing)
      for (const [why, at] of Object.entries(otherAddresses(path))) await note(why, {}, at, isNothing)
    }
    expect(shown).toEqual(new Map())
  })

  test(`what actions deny ${principal} they deny by every other way to call`, async ({ sql }) => {
    const scene = await setScene(sql, origins.app, principal)
    const states = () => Promise.all([stateOf(sql, scene.homeIds), stateOf(sql, scene.foreignIds)])
    const before = await states()
    const done = new Map<string, string>()
    for (const [action, { answers, forms }] of Object.entries(ACTIONS)) {
      if (!isRefused(answers, principal)) continue
      const [fields = {}] = forms(scene.homeIds, scene.homeIds)
      for (const why of WAYS_TO_CALL) {
        const headers = { ...ownHeaders(scene), ...FROM_WITHIN[why], ...IN_PARTS[why] }
        const path = why === 'a page without it' ? '/too-many' : undefined
        const answer = await callIn(scene, { action, fields, way: 'script', headers, ...(path && { path }) })
        const said = judge(answer, scene.origin, '')
        // What is prefetched is a page, and no action is run: the database below says so.
        const isFine =
          said === wantedOf(answers, principal, 'script') ||
          (path !== undefined && said === '404') ||
          (why in IN_PARTS && said === '200')
        if (!isFine || secretIn(answer.body, scene, principal)) done.set(`${action} by ${why}`, said)
      }
    }
    expect(done).toEqual(new Map())
    expect(await states()).toEqual(before)
  })
}

/** Few: a user may act 120 times in a minute. */
const WAYS_TO_CALL = [
  'the proxy five times',
  'a subrequest with its id',
  'a proxy that went on',
  'an invoked path',
  'headers of ours',
  'a prefetched stream',
  'a page without it',
]

/** Neither the page nor a failure; a tree without its leaves may be had. */
const isNothing = (said: string) => said !== '200' && !said.includes(' with what') && !said.startsWith('5')

test('so that the denials mean something: an owner is shown pages in all of these ways', async ({ sql }) => {
  const scene = await setScene(sql, origins.app, 'owner')
  for (const address of ['/audit', '/connections/[id]', '/settings/members/[userId]', '/settings/delete']) {
    const path = pathOf(address, scene.homeIds)
    const alone = pageAlone(builtPages()[address] ?? '', path.split('/').at(-1) ?? '')
    const ways = { ...FROM_WITHIN, 'a stream': { rsc: '1' }, 'the page alone': alone }
    for (const [why, headers] of Object.entries(ways)) {
      const answer = await askForStream(scene.ask, { path, headers })
      expect(judge(answer, scene.origin, shownBy(PAGES[address]?.shows ?? '', scene.own)), `${address} by ${why}`).toBe(
        '200',
      )
    }
  }
})

test('an owner who signed in long ago is asked again by what cannot be undone, and by nothing else', async ({
  sql,
}) => {
  const scene = await setScene(sql, origins.app, 'owner')
  await sql(
    `UPDATE session SET authenticated_at = now() - interval '11 minutes' FROM membership m
     WHERE m.user_id = session.user_id AND m.workspace_id = $1`,
    [scene.homeIds.workspaceId],
  )
  const before = await stateOf(sql, scene.homeIds)
  const [expected, found] = [new Map<string, string>(), new Map<string, string>()]
  for (const [action, { answers, forms, fresh }] of Object.entries(ACTIONS)) {
    const [fields = {}] = forms(fresh ? scene.homeIds : absentIds(), scene.homeIds)
    const answer = await callIn(scene, { action, fields, way: 'script', headers: ownHeaders(scene) })
    expected.set(action, fresh ? '→/confirm' : cell(answers, 'owner'))
    found.set(action, idless(judge(answer, scene.origin, ''), fields))
  }
  expect(found).toEqual(expected)
  expect(await stateOf(sql, scene.homeIds)).toEqual(before)
})

test('no action takes a field that is not its own, were it an owner’s', async ({ sql }) => {
  const scene = await setScene(sql, origins.app, 'owner')
  const before = await stateOf(sql, scene.homeIds)
  const found = new Map<string, string>()
  for (const [action, { forms }] of Object.entries(ACTIONS)) {
    for (const [name, value] of Object.entries({
      status: 'active',
      tenantId: scene.foreignIds.workspaceId,
      isAdmin: 'true',
    })) {
      const fields = { ...forms(scene.homeIds, scene.homeIds)[0], [name]: value }
      const answer = await callIn(scene, { action, fields, way: 'script', headers: ownHeaders(scene) })
      found.set(`${action} with ${name}`, judge(answer, scene.origin, ''))
    }
  }
  expect(new Set(found.values()), [...found].join('\n')).toEqual(new Set(['404']))
  expect(await stateOf(sql, scene.homeIds)).toEqual(before)
})
