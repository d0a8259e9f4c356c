import type { AccessTokenResult } from '@/lib/rotation/commands'
import type { ConnectionKey } from '@/lib/rotation/row/row'
import type { ModelProcess } from './model-process'
import type { ModelWorld } from './model-world'

/**
 * Who wants tokens when. `lonely`: one caller at expiry, and no one else for minutes. `crowd`: four callers in three
 * processes at once. `polling`: callers come all the time while the token ages. `idle`: no one, only keep-alive is due.
 * `forced`: the API refuses a token that has not expired.
 */
export const trafficPatterns = ['lonely', 'crowd', 'polling', 'idle', 'forced'] as const
export type Traffic = (typeof trafficPatterns)[number]

const QUIET_MS = 100_000

export type Wanted = {
  readonly key: ConnectionKey
  /** Every caller has what it came for, or died with its process. */
  readonly served: () => boolean
  readonly atLeastMs: number
}

export function startTraffic(world: ModelWorld, traffic: Traffic): Wanted {
  const [p1, p2, p3] = ['p1', 'p2', 'p3'].map((name, n) => world.process(name, (n - 1) * 600_000)) as [
    ModelProcess,
    ModelProcess,
    ModelProcess,
  ]
  switch (traffic) {
    case 'lonely': {
      const key = world.connection('a')
      return { key, served: all([[p1, oneCall(world, p1, key)]]), atLeastMs: QUIET_MS }
    }
    case 'crowd': {
      const key = world.connection('a')
      const callers = [p1, p2, p3, p1].map((one): Call => [one, untilServed(world, one, key)])
      return { key, served: all(callers), atLeastMs: 0 }
    }
    case 'polling': {
      const key = world.connection('a', { leftMs: 62_000 })
      const callers: Call[] = [
        [p1, polls(world, p1, key, 4_000)],
        [p2, polls(world, p2, key, 7_000)],
      ]
      return { key, served: all(callers), atLeastMs: 0 }
    }
    case 'idle':
      return { key: world.connection('a', { keepAliveDue: true }), served: () => true, atLeastMs: 30_000 }
    case 'forced': {
      const key = world.connection('a', { leftMs: 200_000 })
      world.upstream.revokeAccessTokens(world.storedRefreshToken(key) ?? '')
      return { key, served: all([p1, p2].map((one): Call => [one, untilServed(world, one, key)])), atLeastMs: 0 }
    }
  }
}

/** Asks until it has a token that the API takes, or until there is none to be had. */
export async function untilServed(
  world: ModelWorld,
  process: ModelProcess,
  key: ConnectionKey,
): Promise<AccessTokenResult> {
  await world.time.sleep(world.random() * 50)
  let rejected: number | null = null
  for (;;) {
    const result = await oneCall(world, process, key, rejected)
    if (result.kind === 'disconnected' || result.kind === 'reauthorization_required') return result
    if (result.kind === 'token') {
      if (world.upstream.accepts(result.accessToken)) return result
      rejected = result.generation
    }
    await pause(world, process, 800)
  }
}

async function polls(world: ModelWorld, process: ModelProcess, key: ConnectionKey, everyMs: number): Promise<void> {
  const endsAt = world.time.now() + 70_000
  let rejected: number | null = null
  while (world.time.now() < endsAt || world.store.row(key).generation === 1) {
    const result = await oneCall(world, process, key, rejected)
    if (result.kind === 'disconnected' || result.kind === 'reauthorization_required') return
    if (result.kind === 'token') rejected = world.upstream.accepts(result.accessToken) ? null : result.generation
    await pause(world, process, everyMs * (0.8 + 0.4 * world.random()))
  }
}

/** One call; a token that is handed out goes into the journal. */
export async function oneCall(
  world: ModelWorld,
  { rotation }: ModelProcess,
  key: ConnectionKey,
  rejectedGeneration: number | null = null,
): Promise<AccessTokenResult> {
  const { journal, time, upstream } = world
  const request = { key, minTtlMs: 30_000, neededBy: 'model', rejectedGeneration }
  const result = await rotation.getAccessToken(request, () => {})
  if (result.kind === 'token') {
    const { accessToken, grantNo, generation } = result
    const [at, life] = [time.now(), upstream.lifeOf(accessToken)]
    // When a token ends is written down by the database's clock: once that is set, the row may be wrong by as much.
    const live = life && life.issuedAt <= world.clockSetAt ? null : !life || at < life.expiresAt
    journal.push({ kind: 'token', at, connection: key.connectionId, grantNo, generation, live })
  }
  return result
}

function pause({ time }: ModelWorld, process: ModelProcess, ms: number): Promise<void> {
  return time.sleep(ms).then(process.running)
}

type Call = readonly [ModelProcess, Promise<unknown>]

/** Callers of a dead process never end; those of the others must. */
function all(calls: readonly Call[]): () => boolean {
  const open = new Set(calls)
  for (const call of calls) void call[1].then(() => open.delete(call))
  return () => [...open].every(([process]) => !process.alive())
}
