import { describe, expect, it } from 'vitest'
import { createRotation } from '@/lib/rotation/run/driver'
import { accessTokens, ask } from './model-callers'
import { type ModelProcess, modelWorld } from './model-world'

describe('callers', () => {
  it('sends once for 64 callers in four processes and serves each of them (F11)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const processes = ['p1', 'p2', 'p3', 'p4'].map((name) => world.process(name))
    const calls = Array.from({ length: 64 }, (_, n) => ask(processes[n % 4] as ModelProcess, key))

    const results = await world.time.until(Promise.all(calls))

    expect(world.upstream.journal).toHaveLength(1)
    expect(new Set(accessTokens(results))).toEqual(new Set(['access-0-1']))
    expect(world.store.row(key)).toMatchObject({ generation: 2, firstSentAt: null, leaseUntil: null, commitFence: 1 })
  })

  it('reads twenty times without a rotation while the token lives', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const process = world.process('p1')
    await world.time.until(ask(process, key))
    for (let n = 0; n < 20; n++) {
      await world.time.until(world.time.sleep(10_000))
      await world.time.until(ask(process, key))
    }
    expect(world.upstream.journal).toHaveLength(1)
  })

  it('hands out an ageing token at once and refreshes it beside the caller', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const process = world.process('p1')
    await world.time.until(ask(process, key))
    await world.time.until(world.time.sleep(250_000))
    const deferred: Promise<void>[] = []

    const result = await world.time.until(ask(process, key, {}, (work) => deferred.push(work)))
    expect(result).toMatchObject({ kind: 'token', generation: 2 })
    expect(world.upstream.journal).toHaveLength(1)

    await world.time.until(Promise.all(deferred))
    expect(world.store.row(key).generation).toBe(3)
  })

  it('answers within five seconds when Airwallex does not answer, and keeps the connection', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    world.upstream.fate = () => 'lost'
    const start = world.time.now()
    const result = await world.time.until(ask(world.process('p1'), key))
    expect(result).toMatchObject({ kind: 'temporarily_unavailable', why: 'no_fresh_token' })
    expect(world.time.now() - start).toBeLessThan(5_100)
    expect(world.store.row(key).status).toBe('active')
  })

  it('keeps an attempt alive past the answer of the caller who began it', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    world.upstream.fate = (request) => (request === 0 ? 'lost' : 'ok')
    const deferred: Promise<void>[] = []
    await world.time.until(ask(world.process('p1'), key, {}, (work) => deferred.push(work)))
    expect(deferred).not.toHaveLength(0)
    await world.time.until(Promise.all(deferred))
    expect(world.store.row(key).leaseUntil).toBeNull()
  })

  it('are served whatever an observer does', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const { deps } = world.process('p1')
    const seen: string[] = []
    const rotation = createRotation({
      ...deps,
      observe: ({ kind }) => {
        seen.push(kind)
        throw new Error('a broken log')
      },
    })
    const request = { key, minTtlMs: 0, neededBy: 'test', rejectedGeneration: null }
    expect(await world.time.until(rotation.getAccessToken(request, () => {}))).toMatchObject({ kind: 'token' })
    expect(seen).toEqual(['sent', 'judged', 'attempt_ended'])
  })

  it('serves the token it has while Airwallex is down', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const process = world.process('p1')
    await world.time.until(ask(process, key))
    await world.time.until(world.time.sleep(285_000))
    world.upstream.reachable = false
    expect(await world.time.until(ask(process, key))).toMatchObject({ kind: 'token', generation: 2 })
  })

  it('forces one rotation for the refused generation, and hands that generation to no one who names it', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const process = world.process('p1')
    await world.time.until(ask(process, key))
    const calls = Array.from({ length: 10 }, () => ask(process, key, { rejectedGeneration: 2 }))
    const results = await world.time.until(Promise.all(calls))
    expect(new Set(accessTokens(results))).toEqual(new Set(['access-0-2']))
    expect(world.upstream.journal).toHaveLength(2)

    const again = await world.time.until(ask(process, key, { rejectedGeneration: 3 }))
    expect(again).toMatchObject({ kind: 'temporarily_unavailable', why: 'refused_by_api' })
    expect(world.upstream.journal).toHaveLength(2)
  })
})

describe('shutting down', () => {
  it('finishes what runs and claims nothing more (F36)', async () => {
    const world = modelWorld()
    const [first, second] = [world.connection('a'), world.connection('b')]
    const process = world.process('p1')
    const running = ask(process, first)
    await world.time.until(world.time.sleep(20))
    const stopped = process.rotation.stop()
    const refused = ask(process, second)
    await world.time.until(stopped)
    expect(await world.time.until(running)).toMatchObject({ kind: 'token' })
    expect(await world.time.until(refused)).toMatchObject({ kind: 'temporarily_unavailable' })
    expect(world.upstream.journal).toHaveLength(1)
  })
})
