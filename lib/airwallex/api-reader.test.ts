import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Secret } from '@/lib/vault/secret'
import { bearerHeaders, type ReadPolicy, readApi } from './api-reader'
import { configFor } from './testing/config'
import { respond, respondJson, startFaultServer } from './testing/fault-server'
import { faultServers } from './testing/servers'

const server = faultServers()

/** Waits are recorded and pass at once, on a clock that only they move. */
function recordedTime(random = 1) {
  let now = 0
  const waits: number[] = []
  const policy: Partial<ReadPolicy> = {
    random: () => random,
    monotonicMs: () => now,
    sleep: async (ms) => {
      waits.push(ms)
      now += ms
    },
  }
  return { waits, policy }
}

function read(origin: string, policy: Partial<ReadPolicy> = recordedTime().policy) {
  const config = configFor(origin)
  const headers = bearerHeaders(config, new Secret('access'))
  return readApi(config, { path: '/api/v1/account?x=1', headers, parse: (json) => json }, policy)
}

async function readStatuses(...statuses: number[]) {
  const airwallex = await server((socket, _request, index) => respondJson(socket, statuses[index] ?? 200, { ok: true }))
  const { waits, policy } = recordedTime()
  return { outcome: await read(airwallex.origin, policy), requests: airwallex.requests.length, waits }
}

describe('readApi', () => {
  it('sends the token, the pinned version and nothing else that matters', async () => {
    const airwallex = await server((socket) => respondJson(socket, 200, { ok: true }))
    expect(await read(airwallex.origin)).toEqual({ kind: 'ok', data: { ok: true } })
    expect(airwallex.requests[0]?.line).toBe('GET /api/v1/account?x=1 HTTP/1.1')
    expect(airwallex.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer access',
      'x-api-version': '2026-08-21',
    })
  })

  it.each([
    [401, { kind: 'unauthorized' }],
    [403, { kind: 'missing_permission' }],
    [404, { kind: 'not_found' }],
    [400, { kind: 'unavailable', reason: 'unexpected_status', status: 400 }],
    [302, { kind: 'unavailable', reason: 'unexpected_status', status: 302 }],
  ])('answers a %d at once', async (status, outcome) => {
    expect(await readStatuses(status)).toEqual({ outcome, requests: 1, waits: [] })
  })

  it.each([429, 500, 502, 503, 504])('tries a %d again', async (status) => {
    expect(await readStatuses(status, status)).toMatchObject({ outcome: { kind: 'ok' }, requests: 3 })
  })

  it('gives up after two retries and says why', async () => {
    expect(await readStatuses(503, 503, 503)).toEqual({
      outcome: { kind: 'unavailable', reason: 'server_error', status: 503 },
      requests: 3,
      waits: [300, 600],
    })
    expect(await readStatuses(429, 429, 429)).toEqual({
      outcome: { kind: 'unavailable', reason: 'rate_limited', status: 429 },
      requests: 3,
      waits: [1_000, 2_000],
    })
  })

  it('waits anywhere between nothing and the whole back-off', async () => {
    const airwallex = await server((socket) => respondJson(socket, 500, {}))
    const { waits, policy } = recordedTime(0)
    await read(airwallex.origin, policy)
    expect(waits).toEqual([0, 0])
  })

  it('starts no attempt that the budget does not allow', async () => {
    const airwallex = await server((socket) => respondJson(socket, 429, {}))
    const { waits, policy } = recordedTime()
    expect(await read(airwallex.origin, { ...policy, budgetMs: 2_500 })).toMatchObject({ reason: 'rate_limited' })
    expect(waits).toEqual([1_000])
    expect(airwallex.requests).toHaveLength(2)
  })

  it('tries a lost connection again, and a refused one', async () => {
    const airwallex = await server((socket, _request, index) =>
      index < 2 ? socket.resetAndDestroy() : respondJson(socket, 200, {}),
    )
    expect((await read(airwallex.origin)).kind).toBe('ok')
    const gone = await startFaultServer(() => {})
    await gone.close()
    expect(await read(gone.origin)).toEqual({ kind: 'unavailable', reason: 'network' })
  })

  it('does not wait for a silent server twice', async () => {
    const airwallex = await server(() => {})
    expect(await read(airwallex.origin, { attemptMs: 1_000 })).toEqual({ kind: 'unavailable', reason: 'timeout' })
    expect(airwallex.requests).toHaveLength(1)
  })

  it.each([
    ['HTML', '<html>', {}],
    ['nothing', '', {}],
    ['too much', 'x'.repeat(1024 * 1024 + 1), {}],
    ['a bomb', gzipSync(Buffer.alloc(20_000_000, ' ')), { 'content-encoding': 'gzip' }],
    ['too deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, {}],
  ])('calls %s unreadable, once', async (_what, body, headers) => {
    const airwallex = await server((socket) => respond(socket, 200, body, headers))
    expect(await read(airwallex.origin)).toMatchObject({ kind: 'unavailable', reason: 'unreadable' })
    expect(airwallex.requests).toHaveLength(1)
  })

  it('follows no redirect', async () => {
    const elsewhere = await server((socket) => respondJson(socket, 200, {}))
    const airwallex = await server((socket) => respond(socket, 307, '', { location: elsewhere.origin }))
    expect(await read(airwallex.origin)).toMatchObject({ kind: 'unavailable', status: 307 })
    expect(elsewhere.connections()).toBe(0)
  })
})
