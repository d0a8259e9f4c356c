import { builtActions, nameOf } from './built'
import { expect, test } from './fixtures'
import { ACTIONS } from './matrix/actions'
import { asking } from './matrix/ask'
import { builtPages, builtRouteHandlers, otherEntries, pathOf } from './matrix/entries'
import { comparable, differences, judge } from './matrix/judge'
import { PAGES } from './matrix/pages'
import type { Fields } from './matrix/post-action'
import { METHODS, ROUTES, UNNAMED } from './matrix/routes'
import {
  type Calling,
  callIn,
  cell,
  idless,
  isRefused,
  ownHeaders,
  refusedFor,
  secretIn,
  setScene,
  shownBy,
  wantedOf,
} from './matrix/scene'
import { startWithoutProxy } from './matrix/without-proxy'
import { absentIds, type Ids, misplacedIds, PRINCIPALS, stateOf } from './matrix/worlds'
import { origins } from './origins'

// Every page, route handler and server action of the build for everyone there is, by the tables in matrix/. Then the
// same without proxy.ts; authorization-bypasses.spec.ts goes around it.

test.describe.configure({ mode: 'default' })

let bare: Awaited<ReturnType<typeof startWithoutProxy>>
test.beforeAll(async () => {
  bare = await startWithoutProxy()
})
test.afterAll(async () => {
  await bare?.stop()
})

const SERVERS: Readonly<Record<string, () => string>> = {
  'as deployed': () => origins.app,
  'without proxy.ts': () => bare.origin,
}

test('the tables have every page, route handler and server action of the build, and nothing else', () => {
  expect(Object.keys(builtPages()).sort()).toEqual(Object.keys(PAGES).sort())
  expect(Object.keys(builtRouteHandlers()).sort()).toEqual(Object.keys(ROUTES).sort())
  expect(builtActions().map(nameOf).sort()).toEqual(Object.keys(ACTIONS).sort())
  expect(otherEntries()).toEqual([])
})

test('the server without proxy.ts has none', async () => {
  const policies = Object.values(SERVERS).map(async (origin) => {
    const { headers } = await asking(origin(), null)({ path: '/sign-in' })
    return String(headers['content-security-policy']).includes('nonce-')
  })
  expect(await Promise.all(policies)).toEqual([true, false])
})

test('what one server takes from someone, the other one denies at their next request', async ({ sql }) => {
  const scene = await setScene(sql, origins.app, 'owner')
  const { workspaceId } = scene.ownIds
  const [admin] = await sql<{ user_id: string }>(
    `SELECT user_id FROM membership WHERE workspace_id = $1 AND role = 'admin'`,
    [workspaceId],
  )
  const there = asking(bare.origin, scene.own.tokens.admin)
  const answers = async (path: string) => judge(await there({ path }), bare.origin, '')
  const call = (action: string, more: Fields) =>
    callIn(scene, {
      action,
      fields: { workspaceId, userId: admin?.user_id ?? '', ...more },
      way: 'form',
      headers: ownHeaders(scene),
    })
  expect(await answers('/settings/members/invite')).toBe('200')
  await call('changeMemberRole', { role: 'viewer' })
  expect(await answers('/settings/members/invite')).toBe('403')
  expect(await answers('/settings/members')).toBe('200')
  await call('removeMember', {})
  expect(await answers('/settings/members')).toBe('→/workspaces')
  await asking(origins.app, scene.own.tokens.admin)({ method: 'POST', path: '/sign-out', headers: ownHeaders(scene) })
  expect(await answers('/workspaces')).toBe('→/sign-in')
})

for (const [server, origin] of Object.entries(SERVERS)) {
  for (const principal of PRINCIPALS) {
    test(`${server}: every page answers ${principal} as its row says`, async ({ sql }) => {
      const scene = await setScene(sql, origin(), principal)
      const [expected, found] = [new Map<string, string>(), new Map<string, string>()]
      for (const [address, { answers, shows }] of Object.entries(PAGES)) {
        const answer = await scene.ask({ path: pathOf(address, scene.homeIds) })
        expected.set(address, cell(answers, principal))
        found.set(address, judge(answer, scene.origin, shownBy(shows, scene.own)))
        expect(secretIn(answer.body, scene, principal), address).toBeUndefined()
      }
      expect(found).toEqual(expected)
    })

    test(`${server}: pages answer ${principal} on another workspace’s id as on one of nothing`, async ({ sql }) => {
      const scene = await setScene(sql, origin(), principal)
      for (const [address, { answers }] of Object.entries(PAGES)) {
        if (!address.includes('[')) continue
        const allowed = cell(answers, principal)
        const compared = async (ids: Ids) => {
          const answer = await scene.ask({ path: pathOf(address, ids) })
          expect(secretIn(answer.body, scene, principal), address).toBeUndefined()
          return { answer, same: comparable(answer, ids.invitationToken) }
        }
        const [absent, foreign, misplaced] = [
          await compared(absentIds()),
          await compared(scene.foreignIds),
          await compared(misplacedIds(scene.ownIds, scene.own.ids(principal === 'viewer' ? 'owner' : 'viewer'))),
        ]
        expect(differences(foreign.same, absent.same), address).toEqual([])
        // Its page is there for every link, and says whether the link is.
        if (address === '/invitations/[token]') continue
        // Whom a page shows itself to, or leads to what it is about, is told that there is nothing.
        const isLetIn = allowed === '200' || allowed.includes('[id]')
        expect(judge(absent.answer, scene.origin, ''), address).toBe(isLetIn ? '404' : allowed)
        expect(differences(misplaced.same, absent.same), address).toEqual([])
      }
    })

    test(`${server}: every route handler answers ${principal} as its row says, whatever the method`, async ({
      sql,
    }) => {
      const scene = await setScene(sql, origin(), principal)
      const [expected, found] = [new Map<string, string>(), new Map<string, string>()]
      // Signing out ends the session that the others are asked with.
      const routes = Object.entries(ROUTES).sort(
        ([one], [other]) => Number(one === '/sign-out') - Number(other === '/sign-out'),
      )
      for (const [address, { path, answers, body }] of routes) {
        for (const method of METHODS) {
          const carries = method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? {} : { body: body ?? '{}' }
          const answer = await scene.ask({ method, path, headers: { origin: scene.origin }, ...carries })
          const judged = judge(answer, scene.origin, '')
          const wanted = cell(answers[method] ?? UNNAMED[method] ?? '405', principal)
          const key = `${method} ${address}`
          expected.set(key, wanted)
          found.set(key, wanted.split('|').includes(judged) ? wanted : judged)
          expect(secretIn(answer.body, scene, principal), key).toBeUndefined()
        }
      }
      expect(found).toEqual(expected)
    })

    for (const way of ['form', 'script'] as const) {
      test(`${server}: every action answers ${principal} as its row says, called as a ${way}`, async ({ sql }) => {
        const scene = await setScene(sql, origin(), principal)
        const [expected, found] = [new Map<string, string>(), new Map<string, string>()]
        const states = () => Promise.all([stateOf(sql, scene.ownIds), stateOf(sql, scene.foreignIds)])
        const before = await states()
        for (const [action, { answers, forms }] of Object.entries(ACTIONS)) {
          const wanted = wantedOf(answers, principal, way)
          const post = (fields: Fields, headers: Calling['headers'] = ownHeaders(scene)) =>
            callIn(scene, { action, fields, way, headers })
          const judged = async (fields: Fields) => {
            const answer = await post(fields)
            expect(secretIn(answer.body, scene, principal), action).toBeUndefined()
            return {
              said: idless(judge(answer, scene.origin, ''), fields),
              answer: comparable(answer, fields.token ?? 'none'),
            }
          }
          const absent = absentIds()
          const [ofNothing, ofOthers] = [forms(absent, scene.ownIds), forms(scene.foreignIds, scene.ownIds)]
          for (const [index, fields] of ofNothing.entries()) {
            const key = `${action} ${index}`
            const [nothing, others] = [await judged(fields), await judged(ofOthers[index] ?? {})]
            expected.set(key, wanted)
            found.set(key, nothing.said)
            expect(others.said, key).toBe(nothing.said)
            expect(differences(others.answer, nothing.answer), key).toEqual([])
          }
          // Who is refused is refused on what is really there as well.
          if (isRefused(answers, principal)) {
            for (const fields of forms(scene.homeIds, scene.homeIds)) {
              expected.set(`${action} on what is there`, wanted)
              found.set(`${action} on what is there`, (await judged(fields)).said)
            }
          }
          // A page of someone else posts it.
          const strange = await post(forms(scene.homeIds, scene.homeIds)[0] ?? {}, {})
          expected.set(`${action} without an Origin`, scene.origin === origins.app ? '403' : refusedFor(way))
          found.set(`${action} without an Origin`, judge(strange, scene.origin, ''))
        }
        expect(found).toEqual(expected)
        expect(await states()).toEqual(before)
      })
    }
  }
}
