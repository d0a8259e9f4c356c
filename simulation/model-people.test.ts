import { describe, expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import { holdOldGrant, releaseHold } from '@/lib/rotation/run/hold'
import { ask, untilSent, untilToken } from './model-callers'
import { modelWorld } from './model-world'

describe('people', () => {
  it('refuses the commit of an attempt that a disconnect overtook (F26)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const call = ask(world.process('p1'), key)
    const result = await world.time.until(
      (async () => {
        await untilSent(world, 1)
        await world.store.disconnect(key)
        return call
      })(),
    )
    expect(result).toEqual({ kind: 'disconnected' })
    expect(world.store.row(key)).toMatchObject({
      status: 'disconnected',
      sealedAccessToken: null,
      sealedRefreshToken: null,
    })
    expect(world.store.lineage).toMatchObject([{ outcome: 'answer_dropped' }])
  })

  it('finishes an attempt that a freeze overtook, and hands out nothing while frozen (F38)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const process = world.process('p1')
    world.upstream.fate = (request) => (request === 0 ? 'answer_lost' : 'ok')
    const call = ask(process, key)
    await world.time.until(
      (async () => {
        await untilSent(world, 1)
        await world.store.freeze(key)
      })(),
    )
    expect(await world.time.until(call)).toEqual({ kind: 'frozen' })
    expect(world.store.row(key)).toMatchObject({ generation: 2, firstSentAt: null })
    expect(await world.time.until(ask(process, key))).toEqual({ kind: 'frozen' })
    await world.time.until(world.store.unfreeze(key))
    expect(await world.time.until(ask(process, key))).toMatchObject({ kind: 'token', generation: 2 })
  })
})

describe('holding the old grant during a reauthorization (F27)', () => {
  it('waits for an attempt in flight, then lets no one send until it lets go', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const process = world.process('p1')
    const first = ask(process, key)
    await world.time.until(untilSent(world, 1))
    const hold = await world.time.until(holdOldGrant(process.deps, key))
    expect(hold).toMatchObject({ kind: 'held', attempt: { generation: 2 } })
    expect(await world.time.until(first)).toMatchObject({ kind: 'token' })

    const refused = await world.time.until(ask(process, key, { rejectedGeneration: 2 }))
    expect(refused).toMatchObject({ kind: 'temporarily_unavailable' })
    expect(world.upstream.journal).toHaveLength(1)

    await world.time.until(releaseHold(process.deps, hold))
    await world.time.until(world.time.sleep(30_000))
    expect(await world.time.until(ask(process, key, { rejectedGeneration: 2 }))).toMatchObject({ generation: 3 })
  })

  it('outlasts connecting, a code exchange, reading the account and storing, and expires with a process that died (F30)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const process = world.process('p1')
    expect(await world.time.until(holdOldGrant(process.deps, key))).toMatchObject({ kind: 'held' })
    const { connectMs, attemptMs, accountReadMs, grantCommitMs, callerBudgetMs } = figures
    await world.time.until(
      world.time.sleep(connectMs + attemptMs + accountReadMs + grantCommitMs - callerBudgetMs - 1_000),
    )
    expect(await world.time.until(ask(process, key))).toMatchObject({ kind: 'temporarily_unavailable' })
    expect(world.upstream.journal).toHaveLength(0)
    expect(await world.time.until(untilToken(world, process, key))).toBeLessThan(10_000)
  })

  it('has nothing to hold where no grant is active', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const { deps } = world.process('p1')
    await world.time.until(world.store.disconnect(key))
    expect(await world.time.until(holdOldGrant(deps, key))).toEqual({ kind: 'nothing_to_hold' })
    const absent = { ...key, connectionId: 'none' }
    expect(await world.time.until(holdOldGrant(deps, absent))).toEqual({ kind: 'nothing_to_hold' })
  })
})
