import { describe, expect, it } from 'vitest'
import { check } from './checker'
import { ask } from './model-callers'
import { dialects } from './model-upstream'
import { type ModelWorld, modelWorld } from './model-world'

/** One Airwallex account, connected by two workspaces one after the other. */
function twoWorkspaces(options: Parameters<typeof modelWorld>[0], endsOldGrant: boolean) {
  const world = modelWorld(options)
  const first = world.connection('first', { workspaceId: 'one' })
  const old = world.storedRefreshToken(first) ?? ''
  const second = world.connection('second', { workspaceId: 'two' })
  if (endsOldGrant) {
    world.upstream.disconnect(old)
    world.journal.push({ kind: 'ended_at_airwallex', at: world.time.now(), connection: first.connectionId })
  }
  return { world, first, second, processes: [world.process('p1'), world.process('p2')] as const }
}

const sentTokens = (world: ModelWorld, grant: number) => world.upstream.journal.filter((entry) => entry.grant === grant)

describe.each(dialects)('two workspaces and one account, in the dialect "%s"', (dialect) => {
  it('rotate two chains that know nothing of each other', async () => {
    const { world, first, second, processes } = twoWorkspaces({ dialect }, false)
    world.upstream.fate = (request) => (request % 3 === 0 ? 'answer_lost' : 'ok')
    for (let n = 0; n < 4; n++) {
      const calls = processes.flatMap((process) => [ask(process, first), ask(process, second)])
      await world.time.until(Promise.all(calls))
      await world.time.until(world.time.sleep(310_000))
    }
    world.rest()
    expect(check(world.journal)).toEqual([])
    expect(world.store.row(first).generation).toBeGreaterThan(3)
    expect(world.store.row(second).generation).toBeGreaterThan(3)
  })

  it('lose only the older grant where a second consent ends it, once and with its reason', async () => {
    const { world, first, second, processes } = twoWorkspaces({ dialect }, true)
    const [p1, p2] = processes
    const results = await world.time.until(Promise.all([ask(p1, first), ask(p2, second), ask(p2, first)]))
    expect(results.map(({ kind }) => kind)).toEqual(['reauthorization_required', 'token', 'reauthorization_required'])
    expect(sentTokens(world, 0)).toHaveLength(1)
    expect(world.store.row(second).status).toBe('active')
    world.rest()
    expect(check(world.journal)).toEqual([])
  })

  it('freeze and disconnect one without touching the other', async () => {
    const { world, first, second, processes } = twoWorkspaces({ dialect }, false)
    const [p1, p2] = processes
    world.store.frozenWorkspaces.add('one')
    expect(await world.time.until(ask(p1, first))).toEqual({ kind: 'frozen' })
    expect(await world.time.until(ask(p2, second))).toMatchObject({ kind: 'token' })
    await world.time.until(world.store.disconnect(second))
    world.store.frozenWorkspaces.clear()
    expect(await world.time.until(ask(p1, first))).toMatchObject({ kind: 'token' })
    expect(await world.time.until(ask(p2, second))).toEqual({ kind: 'disconnected' })
  })
})

it('answers absent to a workspace that asks for the connection of another', async () => {
  const { world, first, processes } = twoWorkspaces({}, false)
  const foreign = { ...first, workspaceId: 'two' }
  expect(await world.time.until(ask(processes[0], foreign))).toEqual({ kind: 'absent' })
  expect(world.upstream.journal).toEqual([])
})
