import { describe, expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import { ask, untilToken } from './model-callers'
import { modelWorld } from './model-world'

describe('answers', () => {
  it('requires reauthorization after invalid_grant, with one send (F22)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    world.upstream.fate = () => ({ status: 400, body: '{"error":"invalid_grant"}' })
    const result = await world.time.until(ask(world.process('p1'), key))
    expect(result).toEqual({ kind: 'reauthorization_required', reason: 'refresh_token_rejected' })
    expect(world.store.lineage).toMatchObject([
      { outcome: 'rejected', presentedFingerprint: 'fingerprint of refresh-0-1' },
    ])
  })

  it('undoes each 429, at most one send a second, and stays connected (F17)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const end = world.time.now() + 180_000
    let sends = 0
    world.upstream.fate = () => {
      if (world.time.now() >= end) return 'ok'
      sends++
      return { status: 429, body: '{"code":"too_many_requests"}' }
    }
    const process = world.process('p1')
    await world.time.until(untilToken(world, process, key))
    expect(sends).toBeLessThanOrEqual(180)
    expect(sends).toBeGreaterThan(50)
    expect(world.upstream.journal.filter(({ rotated }) => rotated)).toHaveLength(1)
    expect(world.store.row(key)).toMatchObject({ status: 'active', generation: 2 })
  })

  it('changes no connection on invalid_client, opens the breaker and recovers after the fix (F24)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    let fixed = false
    world.upstream.fate = () => (fixed ? 'ok' : { unprocessed: 'invalid_client' })
    world.upstream.canary = () => (fixed ? 'invalid_request' : 'invalid_client')
    const process = world.process('p1')
    expect(await world.time.until(ask(process, key))).toMatchObject({ kind: 'temporarily_unavailable' })
    expect(world.store.breaker()).toMatchObject({ state: 'open', reason: 'client_refused' })
    expect(world.store.row(key)).toMatchObject({ status: 'active', firstSentAt: null, sendCount: 0 })
    fixed = true
    void world.rescueFor(60_000)
    // The canary's turn, then those that are in doubt already, then the next try.
    const { canaryEveryMs, tickMs } = figures
    expect(await world.time.until(untilToken(world, process, key))).toBeLessThan(canaryEveryMs + 2 * tickMs)
    expect(world.store.breaker().state).toBe('closed')
  })

  it('keeps the old refresh token after two answers without one, and stores the access token (F20)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    world.upstream.fate = () => ({ status: 200, body: '{"access_token":"new","expires_in":300}' })
    expect(await world.time.until(ask(world.process('p1'), key))).toMatchObject({
      kind: 'token',
      accessToken: 'new',
      generation: 2,
    })
    expect(world.storedRefreshToken(key)).toBe('refresh-0-1')
    expect(world.store.lineage).toMatchObject([{ outcome: 'refresh_token_kept', repairs: 1 }])
  })

  it('does not rotate in a storm when access tokens have no life (F21)', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const process = world.process('p1')
    world.upstream.fate = () => ({ processed: 'no_expires_in' })
    const end = world.time.now() + 60_000
    await world.time.until(
      (async () => {
        while (world.time.now() < end) {
          await ask(process, key)
          await world.time.sleep(100)
        }
      })(),
    )
    expect(world.upstream.journal.length).toBeGreaterThan(1)
    expect(world.upstream.journal.length).toBeLessThanOrEqual(10)
    expect(world.store.row(key).status).toBe('active')
  })
})

describe('past the window', () => {
  /** An attempt whose answer and process are lost, and no one there for `ms`. */
  async function abandoned(options: { lateProbe: boolean; rotated: boolean; ms: number }) {
    const world = modelWorld({ lateProbe: options.lateProbe })
    const key = world.connection('a')
    world.upstream.fate = (request) => (request > 0 ? 'ok' : options.rotated ? 'answer_lost' : 'lost')
    const victim = world.process('victim')
    victim.killAt('refresh', 'after')
    void ask(victim, key)
    await world.time.until(world.time.sleep(options.ms))
    void world.rescueFor(60_000)
    return { world, key }
  }

  it('saves a connection that Airwallex never rotated by one late probe (F10)', async () => {
    const { world, key } = await abandoned({ lateProbe: true, rotated: false, ms: 120_000 })
    await world.time.until(world.time.sleep(30_000))
    expect(world.store.row(key)).toMatchObject({ status: 'active', generation: 2, lateProbes: 0 })
    expect(world.store.lineage).toMatchObject([{ cause: 'late_probe', outcome: 'rotated', repairs: 1 }])
  })

  it('reports a connection that it could not save', async () => {
    const { world, key } = await abandoned({ lateProbe: true, rotated: true, ms: 120_000 })
    await world.time.until(world.time.sleep(30_000))
    expect(world.store.row(key)).toMatchObject({ status: 'reauthorization_required', reason: 'own_late_use' })
  })

  it('never sends late with the late probe off', async () => {
    const { world, key } = await abandoned({ lateProbe: false, rotated: false, ms: 120_000 })
    await world.time.until(world.time.sleep(30_000))
    expect(world.upstream.journal).toHaveLength(0)
    expect(world.store.row(key)).toMatchObject({ status: 'reauthorization_required', reason: 'unresolved' })
  })
})
