import { describe, expect, it } from 'vitest'
import { ask, untilToken } from './model-callers'
import { dialects } from './model-upstream'
import { modelWorld } from './model-world'
import { runSchedule } from './schedule'

describe.each(dialects)('in the dialect "%s"', (dialect) => {
  it('recovers a lost answer within two seconds (F05)', async () => {
    const world = modelWorld({ dialect })
    const key = world.connection('a')
    world.upstream.fate = (request) => (request === 0 ? 'answer_lost' : 'ok')
    const took = await world.time.until(untilToken(world, world.process('p1'), key))
    expect(took).toBeLessThanOrEqual(2_000)
    expect(world.upstream.journal.map(({ tokenClass }) => tokenClass)).toEqual(['current', 'previous_in_grace'])
    expect(world.upstream.isLive(world.storedRefreshToken(key) ?? '')).toBe(true)
    expect(world.store.lineage).toMatchObject([{ outcome: 'rotated', repairs: 1, generation: 2 }])
  })

  it.each([
    ['between claim and mark', 'mark', 'before'],
    ['after the mark, before bytes leave', 'mark', 'after'],
    ['after the send, before the answer', 'refresh', 'after'],
    ['between answer and commit', 'commit', 'before'],
    ['after the commit', 'commit', 'after'],
  ] as const)('has a new token within 27 s of a kill %s (F01-F03, F06)', async (_, port, moment) => {
    const world = modelWorld({ dialect })
    const key = world.connection('a')
    const victim = world.process('victim')
    victim.killAt(port, moment)
    void ask(victim, key)
    void world.rescueFor(120_000)
    const took = await world.time.until(untilToken(world, world.process('p2'), key))
    expect(took).toBeLessThanOrEqual(27_000)
    expect(world.upstream.journal.every(({ tokenClass }) => tokenClass !== 'previous_after_grace')).toBe(true)
    expect(world.upstream.isLive(world.storedRefreshToken(key) ?? '')).toBe(true)
  })

  it('stores the answer when the database returns after 30 s (F07)', async () => {
    const world = modelWorld({ dialect })
    const key = world.connection('a')
    let downUntil = Number.POSITIVE_INFINITY
    world.fate = (statement) => {
      if (statement === 'commit' && downUntil === Number.POSITIVE_INFINITY) downUntil = world.time.now() + 30_000
      return downUntil !== Number.POSITIVE_INFINITY && world.time.now() < downUntil ? 'down' : 'ok'
    }
    const took = await world.time.until(untilToken(world, world.process('p1'), key))
    expect(took).toBeLessThan(32_000)
    expect(world.upstream.journal).toHaveLength(1)
    expect(world.upstream.isLive(world.storedRefreshToken(key) ?? '')).toBe(true)
  })
})

describe('the database', () => {
  it('recognises its own commit when the acknowledgement was lost (F08)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    let lost = false
    world.fate = (statement) => {
      if (statement !== 'commit' || lost) return 'ok'
      lost = true
      return 'ack_lost'
    }
    const result = await world.time.until(ask(world.process('p1'), key))
    expect(result).toMatchObject({ kind: 'token', generation: 2 })
    expect(world.upstream.journal).toHaveLength(1)
  })

  it.each(['down', 'ack_lost'] as const)(
    'sends nothing when the outcome of the mark is unknown (%s), and undoes it',
    async (fate) => {
      const world = modelWorld()
      const key = world.connection('a')
      let marks = 0
      world.fate = (statement) => (statement === 'mark' && marks++ === 0 ? fate : 'ok')
      expect(await world.time.until(ask(world.process('p1'), key))).toMatchObject({ kind: 'token' })
      expect(world.upstream.journal).toHaveLength(1)
      expect(world.store.lineage).toMatchObject([{ repairs: 0 }])
    },
  )

  it('sends nothing while the database is down (F09)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    world.fate = () => 'down'
    expect(await world.time.until(ask(world.process('p1'), key))).toMatchObject({ why: 'store_unreachable' })
    expect(world.upstream.journal).toHaveLength(0)
  })
})

it('counts a fault of the next request from when that one is made, however long no one makes any', async () => {
  const setting = { dialect: 'tree', seed: 1, refusesConcurrent: false, rotationEndsAccessToken: false } as const
  const faults = [{ kind: 'request', fate: 'answer_lost', at: 0 }] as const
  const { journal, strikes } = await runSchedule({ ...setting, traffic: 'polling', faults })
  const sent = journal.find(({ kind }) => kind === 'send')
  const travelsMs = 20
  expect(strikes).toHaveLength(1)
  expect(strikes[0]?.from).toBeCloseTo((sent?.at ?? 0) - travelsMs, 3)
  expect(strikes[0]?.until).toBe(strikes[0]?.from)
})
