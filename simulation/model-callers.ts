import type { CallerRequest } from '@/lib/rotation/caller/state'
import type { AccessTokenResult } from '@/lib/rotation/commands'
import type { ConnectionKey } from '@/lib/rotation/row/row'
import type { ModelProcess, ModelWorld } from './model-world'

/** One caller who needs a token for half a minute. */
export function ask(
  process: ModelProcess,
  key: ConnectionKey,
  change: Partial<CallerRequest> = {},
  defer: (work: Promise<void>) => void = () => {},
): Promise<AccessTokenResult> {
  return process.rotation.getAccessToken(
    { key, minTtlMs: 30_000, neededBy: 'test', rejectedGeneration: null, ...change },
    defer,
  )
}

/** Asks again until there is a token; how long that took. */
export async function untilToken(world: ModelWorld, process: ModelProcess, key: ConnectionKey): Promise<number> {
  const start = world.time.now()
  while ((await ask(process, key)).kind !== 'token') await world.time.sleep(500)
  return world.time.now() - start
}

/** Waits for Airwallex to see this many refresh requests. */
export async function untilSent(world: ModelWorld, sends: number): Promise<void> {
  while (world.upstream.journal.length < sends) await world.time.sleep(1)
}

export function accessTokens(results: readonly AccessTokenResult[]): string[] {
  return results.map((result) => (result.kind === 'token' ? result.accessToken : result.kind))
}
