import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRotation } from '@/lib/rotation/run/driver'
import { rotationDeps } from '@/lib/tokens/rotation'
import { type Setup, setUp } from '../authorization/testing/authorization-setup'
import { liveConnection, type Place, rotationState } from '../authorization/testing/live-connection'
import { type KeepAlivePass, keepAlivePass } from './keep-alive'

let setup: Setup
let place: Place
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.sql('TRUNCATE connection CASCADE')
  await setup.sql("UPDATE breaker SET state = 'closed', reason = NULL, slot_holder = NULL, slot_until = NULL")
  const { sql, environment } = setup
  const workspaceId = await setup.createWorkspace()
  place = { sql, control: setup.sandbox.control, tokenKeys: environment.TOKEN_KEYS, workspaceId }
})

const running = () => new AbortController().signal
const set = (columns: string, connectionId: string) =>
  setup.sql(`UPDATE credential SET ${columns} WHERE connection_id = $1`, [connectionId])
/** Idle for a month: its access token ended long ago, and half of the refresh token's life is over. */
const idle = async () => {
  const { connectionId } = await liveConnection(place)
  await set(
    `access_token_expires_at = now() - interval '30 days', keep_alive_at = now() - interval '1 minute'`,
    connectionId,
  )
  return connectionId
}
const generation = async (connectionId: string) => (await rotationState(setup.sql, connectionId))?.generation

describe('a keep-alive pass', () => {
  it('rotates an idle connection whose access token ended long ago, and plans its next one in half of its new life', async () => {
    const connectionId = await idle()
    expect(await keepAlivePass(running())).toEqual({ rotated: 1, left: 0 } satisfies KeepAlivePass)
    expect(await rotationState(setup.sql, connectionId)).toEqual({ status: 'active', generation: 2, sent: false })
    const [row] = await setup.sql(
      `SELECT r.cause, extract(epoch FROM c.keep_alive_at - now()) / extract(epoch FROM c.refresh_token_expires_at - now()) AS share
       FROM rotation r JOIN credential c USING (connection_id) WHERE connection_id = $1`,
      [connectionId],
    )
    expect(row?.cause).toBe('keep_alive')
    expect(Number(row?.share)).toBeGreaterThan(0.44)
    expect(Number(row?.share)).toBeLessThan(0.56)
  })

  it('asks Airwallex for nothing where nothing is due', async () => {
    await liveConnection(place)
    expect(await keepAlivePass(running())).toEqual({ rotated: 0, left: 0 })
    expect(setup.sandbox.control.verdict().tokenRequests).toBe(0)
  })

  it('skips what is frozen, quarantined, disconnected or in need of reauthorization', async () => {
    await set('frozen_at = now()', await idle())
    await set('quarantined_at = now()', await idle())
    await set(`status = 'disconnected', sealed_access_token = NULL, sealed_refresh_token = NULL`, await idle())
    await set(`status = 'reauthorization_required', reason = 'unknown'`, await idle())
    expect(await keepAlivePass(running())).toEqual({ rotated: 0, left: 0 })
    expect(setup.sandbox.control.verdict().tokenRequests).toBe(0)
  })

  it('skips a whole frozen workspace, and takes it up when that is lifted', async () => {
    const connectionId = await idle()
    await setup.sql('UPDATE workspace SET frozen_at = now()')
    await keepAlivePass(running())
    expect(await generation(connectionId)).toBe(1)
    await setup.sql('UPDATE workspace SET frozen_at = NULL')
    await keepAlivePass(running())
    expect(await generation(connectionId)).toBe(2)
  })

  it('rotates each once, although two processes make the same pass', async () => {
    const all = await Promise.all(Array.from({ length: 40 }, idle))
    const passes = await Promise.all(
      [1, 2].map(() => keepAlivePass(running(), { rotation: createRotation(rotationDeps()) })),
    )
    expect(passes.reduce((sum, { rotated }) => sum + rotated, 0)).toBe(all.length)
    expect(await Promise.all(all.map(generation))).toEqual(all.map(() => 2))
    expect(setup.sandbox.control.verdict()).toMatchObject({ refreshRequests: all.length, concurrentRefreshes: 0 })
  })

  it('gets past connections that stay due and reaches those behind them', async () => {
    const stuck = await Promise.all(Array.from({ length: 5 }, idle))
    for (const connectionId of stuck) await set(`keep_alive_at = now() - interval '9 days'`, connectionId)
    const healthy = await idle()
    const real = createRotation(rotationDeps())
    const rotation: Pick<typeof real, 'keepAlive'> = {
      keepAlive: async (key) =>
        stuck.includes(key.connectionId) ? { kind: 'gave_up', why: 'key_missing' } : real.keepAlive(key),
    }
    expect(await keepAlivePass(running(), { rotation, batch: 3 })).toEqual({ rotated: 1, left: 5 })
    expect(await generation(healthy)).toBe(2)
  })

  it('ends while the breaker is open, instead of asking again and again', async () => {
    const connectionId = await idle()
    await setup.sql(`UPDATE breaker SET state = 'open', reason = 'ambiguous', since = now()`)
    expect(await keepAlivePass(running())).toEqual({ rotated: 0, left: 1 })
    expect(setup.sandbox.control.verdict().tokenRequests).toBe(0)
    expect(await generation(connectionId)).toBe(1)
  })

  it('claims nothing after it was told to stop, and finishes what runs', async () => {
    const all = await Promise.all(Array.from({ length: 34 }, idle))
    setup.sandbox.control.addFault({ match: { endpoint: 'token' }, kind: 'delay_answer', delayMs: 2_000, times: 100 })
    const ending = new AbortController()
    const pass = keepAlivePass(ending.signal)
    await expect.poll(() => setup.sandbox.control.verdict().refreshRequests).toBeGreaterThan(0)
    ending.abort()
    const { rotated } = await pass
    expect(rotated).toBeGreaterThan(0)
    expect(rotated).toBeLessThanOrEqual(33)
    const sent = await setup.sql('SELECT 1 FROM credential WHERE first_sent_at IS NOT NULL')
    expect(sent).toEqual([])
    expect(setup.sandbox.control.verdict().refreshRequests).toBe(rotated)
    expect((await Promise.all(all.map(generation))).filter((count) => count === 2)).toHaveLength(rotated)
  })
})
