import type { ConnectionKey } from '@/lib/rotation/row/row'
import { check, type Violation } from './checker'
import { type Fault, faultShapes } from './faults'
import { inject, type Strike } from './inject'
import type { Entry } from './journal'
import { type Dialect, dialects } from './model-upstream'
import { type ModelProcess, type ModelWorld, modelWorld } from './model-world'
import type { Mutation } from './mutation'
import { pick, seeded } from './seeded'
import { oneCall } from './traffic'

/** Several connections of two workspaces under load for so long, while fault after fault strikes at random steps. */
export type Chaos = {
  readonly chaosMs: number
  readonly seed: number
  readonly connections: number
}

export type ChaosResult = {
  readonly violations: readonly Violation[]
  readonly journal: readonly Entry[]
  readonly strikes: readonly Strike[]
  readonly dialect: Dialect
}

const FAULTS = 400
/** Calls of ports between two faults, on average: a fault of the deployment every five minutes. */
const MOMENTS_BETWEEN = 1_300
const RESTARTED_AFTER_MS = 4_000
const SETTLES_MS = 360_000
/** No one asks anymore, so that nothing is in flight at the end. */
const QUIET_MS = 60_000

/** Ends of a grant that people make are no chaos: the connection would only be gone. */
const shapes = faultShapes.filter(({ kind }) => kind !== 'disconnect' && kind !== 'owner_disconnects')

export async function runChaos({ chaosMs, seed, connections }: Chaos, mutation: Mutation = {}): Promise<ChaosResult> {
  const random = seeded(seed)
  const dialect = pick(dialects, random)
  const setting = { dialect, refusesConcurrent: random() < 0.5, rotationEndsAccessToken: random() < 0.5 }
  const world = modelWorld({ ...setting, seed, mutation })
  const { time } = world
  const keys = Array.from({ length: connections }, (_, n) =>
    world.connection(`c${n}`, { workspaceId: `workspace ${n % 2}`, leftMs: random() * 300_000 }),
  )
  const faults = faultsOf(random)
  const endsAt = time.now() + chaosMs
  const { strikes } = inject(world, keys, faults, { endsAt, restartedAfterMs: RESTARTED_AFTER_MS })
  const quietAt = endsAt + SETTLES_MS
  for (const n of [1, 2, 3]) {
    void keepsRunning(world, () => serving(world, `p${n}`, (random() - 0.5) * 1_200_000, keys, quietAt))
  }
  for (const n of [1, 2]) void keepsRunning(world, () => world.worker(`w${n}`, random() * 5_000))
  await time.until(time.sleep(chaosMs + SETTLES_MS + QUIET_MS))
  world.rest()
  return { violations: check(world.journal), journal: world.journal, strikes, dialect }
}

function faultsOf(random: () => number): Fault[] {
  let at = 0
  return Array.from({ length: FAULTS }, () => {
    at += 1 + Math.floor(-Math.log(1 - random()) * MOMENTS_BETWEEN)
    return { ...pick(shapes, random), at } as Fault
  })
}

/** As a supervisor does it. */
async function keepsRunning({ time }: ModelWorld, start: () => ModelProcess): Promise<never> {
  for (;;) {
    const process = start()
    while (process.alive()) await time.sleep(RESTARTED_AFTER_MS)
  }
}

function serving(
  world: ModelWorld,
  name: string,
  skewMs: number,
  keys: readonly ConnectionKey[],
  quietAt: number,
): ModelProcess {
  const process = world.process(name, skewMs)
  for (const key of keys) void asking(world, process, key, quietAt)
  return process
}

/** Calls the API with what it gets, and says so where the API refuses it. */
async function asking(world: ModelWorld, process: ModelProcess, key: ConnectionKey, quietAt: number): Promise<void> {
  let rejected: number | null = null
  while (process.alive() && world.time.now() < quietAt) {
    await world.time.sleep(world.random() * 40_000).then(process.running)
    const result = await oneCall(world, process, key, rejected)
    if (result.kind === 'disconnected' || result.kind === 'reauthorization_required') return
    if (result.kind === 'token') rejected = world.upstream.accepts(result.accessToken) ? null : result.generation
  }
}
