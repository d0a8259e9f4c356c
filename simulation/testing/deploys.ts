import type { ConnectionKey } from '@/lib/rotation/row/row'
import type { ModelProcess } from '../model-process'
import type { ModelWorld } from '../model-world'

const OVERLAP_MS = 5_000
const LIFE_MS = 15_000

/** Replaces a process again and again under load: the new one serves, then the old one stops as on SIGTERM and exits. */
export async function deployOver(
  world: ModelWorld,
  keys: readonly ConnectionKey[],
  deploys: number,
): Promise<{ stopped: number }> {
  let stopped = 0
  let serving = serve(world, 'r0', keys)
  for (let n = 1; n <= deploys; n++) {
    await world.time.sleep(LIFE_MS)
    const old = serving
    serving = serve(world, `r${n}`, keys)
    await world.time.sleep(OVERLAP_MS)
    await old.rotation.stop()
    old.kill()
    stopped += 1
  }
  await world.time.sleep(LIFE_MS)
  return { stopped }
}

function serve(world: ModelWorld, name: string, keys: readonly ConnectionKey[]): ModelProcess {
  const process = world.process(name)
  keys.forEach((key, n) => void asking(world, process, key, n))
  return process
}

async function asking(world: ModelWorld, process: ModelProcess, key: ConnectionKey, n: number): Promise<void> {
  await world.time.sleep(n * 20)
  while (process.alive()) {
    const request = { key, minTtlMs: 30_000, neededBy: 'deploy', rejectedGeneration: null }
    await process.rotation.getAccessToken(request, () => {})
    await world.time.sleep(1_500)
  }
}
