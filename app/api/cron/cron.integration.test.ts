import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Setup, setUp } from '@/lib/authorization/testing/authorization-setup'
import { interrupt, liveConnection, type Place, rotationState } from '@/lib/authorization/testing/live-connection'
import { workerState } from '@/lib/background/heartbeat-views'
import { figures } from '@/lib/rotation/figures'
import { cronResponse } from '@/lib/security/cron-response'
import { assembleRotation } from '@/lib/tokens/rotation'

/** Of the rescue, in place of minutes. */
const SCANS_MS = 20_000
const SECRET = 'cron-6f1d0c2b9a8e7f5d4c3b2a1908f7e6d5'

let setup: Setup
let place: Place
let routes: Record<string, { GET(request: Request): Promise<Response>; maxDuration: number }>
beforeAll(async () => {
  setup = await setUp()
  process.env.CRON_SECRET = SECRET
  assembleRotation({ ...figures, cronScansMs: SCANS_MS })
  routes = {
    rescue: await import('./rescue/route'),
    'keep-alive': await import('./keep-alive/route'),
    reconcile: await import('./reconcile/route'),
    purge: await import('./purge/route'),
  }
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.sql('TRUNCATE connection, worker_heartbeat CASCADE')
  const workspaceId = await setup.createWorkspace()
  const { sql, environment } = setup
  place = { sql, control: setup.sandbox.control, tokenKeys: environment.TOKEN_KEYS, workspaceId }
})

const call = (route: string, authorization?: string) => {
  const headers = authorization === undefined ? {} : { authorization }
  const handler = routes[route]
  if (!handler) throw new Error(route)
  return handler.GET(new Request(`http://localhost/api/cron/${route}`, { headers }))
}

describe.each(['rescue', 'keep-alive', 'reconcile', 'purge'])('GET /api/cron/%s', (route) => {
  it.each([
    ['nothing', undefined],
    ['another secret', `Bearer ${SECRET.replace('6', '7')}`],
    ['a part of the secret', `Bearer ${SECRET.slice(0, -1)}`],
    ['the secret without its scheme', SECRET],
  ])('answers 401 to %s and does nothing', async (_name, authorization) => {
    const { connectionId } = await liveConnection(place)
    await setup.sql(`UPDATE credential SET keep_alive_at = now() - interval '1 day'`)
    expect((await call(route, authorization)).status).toBe(401)
    expect(await rotationState(setup.sql, connectionId)).toMatchObject({ generation: 1 })
    expect(setup.sandbox.control.journal().entries).toEqual([])
  })
})

describe('a cron route', () => {
  it('answers 404 where no secret is configured, to whatever is sent', async () => {
    let ran = 0
    const work = async () => ({ ran: ++ran })
    for (const authorization of ['', 'Bearer ', 'Bearer null', `Bearer ${SECRET}`]) {
      const request = new Request('http://localhost/', { headers: { authorization } })
      expect((await cronResponse(request, work, null)).status).toBe(404)
    }
    expect(ran).toBe(0)
  })

  it('answers 500 and nothing of why when its work fails', async () => {
    const request = new Request('http://localhost/', { headers: { authorization: `Bearer ${SECRET}` } })
    const response = await cronResponse(request, () => Promise.reject(new Error('secret detail')), SECRET)
    expect([response.status, await response.text()]).toEqual([500, ''])
  })

  it('keeps idle connections alive', async () => {
    const { connectionId } = await liveConnection(place)
    await setup.sql(`UPDATE credential SET keep_alive_at = now() - interval '1 day'`)
    const response = await call('keep-alive', `Bearer ${SECRET}`)
    expect(await response.json()).toEqual({ events: 0, diagnosed: 0, rotated: 1, left: 0 })
    expect(await rotationState(setup.sql, connectionId)).toMatchObject({ generation: 2 })
  })

  it('reconciles', async () => {
    const { connectionId, accountId } = await liveConnection(place, 250_000)
    setup.sandbox.control.setOptions({ webhooks: 'lose' })
    setup.sandbox.control.disconnect(accountId)
    const response = await call('reconcile', `Bearer ${SECRET}`)
    expect(await response.json()).toEqual({ kind: 'read', listed: 1, ended: 1, alive: 0 })
    expect(await rotationState(setup.sql, connectionId)).toMatchObject({ status: 'reauthorization_required' })
  })

  it('purges', async () => {
    expect(await (await call('purge', `Bearer ${SECRET}`)).json()).toMatchObject({ rotationsCompacted: 0 })
  })

  it('rescues until its scans are over, at every scan, and counts as background work', async () => {
    const { clientId, clientSecret } = setup.sandbox.config
    const airwallex = { origin: setup.sandbox.origin, clientId, clientSecret }
    const early = await liveConnection(place)
    await interrupt(place, early, airwallex)
    const answer = call('rescue', `Bearer ${SECRET}`)
    const rescued = ({ connectionId }: typeof early) =>
      expect.poll(() => rotationState(setup.sql, connectionId), { timeout: SCANS_MS }).toMatchObject({ generation: 2 })
    await rescued(early)
    expect(await workerState()).toMatchObject({ kind: 'running' })
    const late = await liveConnection(place)
    await interrupt(place, late, airwallex)
    await rescued(late)
    expect(await (await answer).json()).toEqual({ rescued: 2 })
  })

  it('may run for as long as its scans and the last attempt they begin', () => {
    const { cronScansMs, leaseMs, probeWaitMs } = figures
    expect((routes.rescue?.maxDuration ?? 0) * 1_000).toBeGreaterThanOrEqual(cronScansMs + leaseMs + probeWaitMs)
  })
})
