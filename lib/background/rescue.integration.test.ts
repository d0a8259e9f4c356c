import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRotation } from '@/lib/rotation/run/driver'
import { rotationDeps } from '@/lib/tokens/rotation'
import { type Setup, setUp } from '../authorization/testing/authorization-setup'
import {
  interrupt,
  type LiveConnection,
  liveConnection,
  type Place,
  rotationState,
} from '../authorization/testing/live-connection'
import { rescueDeps, rescueLoop } from './rescue'

// docs/rotation.md step 9 and F01-F06: an interrupted rotation is finished by whoever looks.

let setup: Setup
let place: Place
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.sql('TRUNCATE connection CASCADE')
  const { sql, environment } = setup
  const workspaceId = await setup.createWorkspace()
  place = { sql, control: setup.sandbox.control, tokenKeys: environment.TOKEN_KEYS, workspaceId }
})

const state = (connectionId: string) => rotationState(setup.sql, connectionId)
const interrupted = async (leaseLeftMs?: number) => {
  const connection = await liveConnection(place)
  const { clientId, clientSecret } = setup.sandbox.config
  await interrupt(place, connection, { origin: setup.sandbox.origin, clientId, clientSecret }, leaseLeftMs)
  return connection
}
/** A process of its own, as far as the database and Airwallex can tell. */
const anotherProcess = (tickMs: number) => {
  const deps = rescueDeps()
  return { ...deps, rotation: createRotation(rotationDeps()), figures: { ...deps.figures, tickMs } }
}
const during = async (loops: number, tickMs: number, work: () => Promise<void>) => {
  const ending = new AbortController()
  const running = Array.from({ length: loops }, () => rescueLoop(ending.signal, undefined, anotherProcess(tickMs)))
  try {
    await work()
  } finally {
    ending.abort()
  }
  return (await Promise.all(running)).reduce((sum, { rescued }) => sum + rescued, 0)
}

describe('the rescue loop', () => {
  it('finishes a rotation whose process was killed, once its lease has expired, and says why in the lineage', async () => {
    const { connectionId } = await interrupted(700)
    const rescued = await during(1, 200, () =>
      expect.poll(() => state(connectionId)).toEqual({ status: 'active', generation: 2, sent: false }),
    )
    expect(rescued).toBe(1)
    expect(setup.sandbox.control.verdict()).toMatchObject({
      refreshRequests: 2,
      supersededSends: 0,
      connectionsKilled: 0,
    })
    expect(
      await setup.sql('SELECT cause, outcome, repairs FROM rotation WHERE connection_id = $1', [connectionId]),
    ).toEqual([{ cause: 'rescue', outcome: 'rotated', repairs: 1 }])
  })

  it('sends each interrupted refresh once, although three processes look for them at once', async () => {
    const all = await Promise.all(Array.from({ length: 30 }, () => interrupted()))
    const open = async () => Number((await setup.sql('SELECT count(*) FROM credential WHERE generation = 1'))[0]?.count)
    const rescued = await during(3, 100, () => expect.poll(open).toBe(0))
    expect(rescued).toBe(all.length)
    expect(setup.sandbox.control.verdict()).toMatchObject({
      refreshRequests: 2 * all.length,
      concurrentRefreshes: 0,
      answered429: 0,
      supersededSends: 0,
    })
  })

  it('leaves alone what another process works on, what is quarantined, and what was never sent', async () => {
    const connections: Record<string, LiveConnection> = {
      leased: await interrupted(60_000),
      quarantined: await interrupted(),
      idle: await liveConnection(place),
    }
    await setup.sql('UPDATE credential SET quarantined_at = now() WHERE connection_id = $1', [
      connections.quarantined?.connectionId,
    ])
    const other = await interrupted()
    const before = setup.sandbox.control.verdict().refreshRequests
    await during(2, 50, () => expect.poll(() => state(other.connectionId)).toMatchObject({ generation: 2 }))
    expect(setup.sandbox.control.verdict().refreshRequests - before).toBe(1)
    expect(await state(connections.leased?.connectionId ?? '')).toMatchObject({ generation: 1, sent: true })
    expect(await state(connections.quarantined?.connectionId ?? '')).toMatchObject({ generation: 1, sent: true })
  })

  it('rescues also what is frozen: an interrupted rotation must end', async () => {
    const { connectionId } = await interrupted()
    await setup.sql('UPDATE credential SET frozen_at = now()')
    await during(1, 100, () => expect.poll(() => state(connectionId)).toMatchObject({ generation: 2 }))
  })

  it('finishes what runs when it is told to stop', async () => {
    const { connectionId } = await interrupted()
    setup.sandbox.control.addFault({ match: { endpoint: 'token' }, kind: 'delay_answer', delayMs: 3_000 })
    await during(1, 100, () => expect.poll(() => setup.sandbox.control.verdict().refreshRequests).toBe(2))
    expect(await state(connectionId)).toEqual({ status: 'active', generation: 2, sent: false })
  })

  it('goes on after the database was away', async () => {
    const { connectionId } = await interrupted()
    let calls = 0
    const deps = anotherProcess(50)
    const scans = {
      dueForRescue: (args: Parameters<typeof deps.scans.dueForRescue>[0]) => {
        calls += 1
        return calls < 3 ? Promise.reject(new Error('away')) : deps.scans.dueForRescue(args)
      },
    }
    const ending = new AbortController()
    const loop = rescueLoop(ending.signal, undefined, { ...deps, scans })
    await expect.poll(() => state(connectionId)).toMatchObject({ generation: 2 })
    ending.abort()
    await loop
  })
})
