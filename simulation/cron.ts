import { figures } from '@/lib/rotation/figures'
import { check, type Violation } from './checker'
import type { Entry } from './journal'
import type { Dialect } from './model-upstream'
import { type ModelWorld, modelWorld } from './model-world'
import { pick, seeded } from './seeded'
import { oneCall } from './traffic'

/**
 * A deployment without a worker, as on Vercel: each minute one invocation begins anywhere in its minute, scans for a
 * while, and is cut off at the end of its duration. Web hands out an ageing token and refreshes it in `after()`, which
 * is cut off at a step of that refresh. No one asks for the connection again.
 */
export type Cron = {
  readonly seed: number
  readonly dialect: Dialect
  readonly scansMs: number
  readonly durationMs: number
  /** The share of invocations that never begin. */
  readonly missing: number
}

export type CronRun = { readonly lost: boolean; readonly journal: readonly Entry[]; readonly violations: Violation[] }

const LASTS_MS = 10 * 60_000
/** Invocations from before the cut are still scanning. */
const WARM_UP_MINUTES = 4

export async function runCron({ seed, dialect, scansMs, durationMs, missing }: Cron): Promise<CronRun> {
  const random = seeded(seed)
  const world = modelWorld({ dialect, seed })
  const { time, store } = world
  const invocations = async () => {
    for (let minute = 0; ; minute++) {
      const begins = random() >= missing
      void time.sleep(random() * figures.cronEveryMs).then(async () => {
        if (begins) await invoke(world, minute, { scansMs, durationMs })
      })
      await time.sleep(figures.cronEveryMs)
    }
  }
  void invocations()

  const run = async () => {
    await time.sleep((WARM_UP_MINUTES + random()) * figures.cronEveryMs)
    const key = world.connection('a', { leftMs: 45_000 })
    const web = world.process('web')
    const [port, side] = pick<(typeof STEPS)[number]>(STEPS, random)
    web.killAt(port, side)
    await Promise.race([oneCall(world, web, key), time.sleep(1_000)])
    await time.sleep(LASTS_MS)
    world.rest()
    return store.row(key).status !== 'active' || !world.upstream.isLive(world.storedRefreshToken(key) ?? '')
  }
  const lost = await time.until(run())
  return { lost, journal: world.journal, violations: check(world.journal) }
}

/** Where `after()` may be cut off once a request has left. */
const STEPS = [
  ['refresh', 'after'],
  ['commit', 'before'],
  ['mark', 'after'],
] as const

async function invoke(
  world: ModelWorld,
  minute: number,
  { scansMs, durationMs }: Pick<Cron, 'scansMs' | 'durationMs'>,
): Promise<void> {
  const { time, store } = world
  const { windowMs, tickMs, rescuePastWindowLimit: pastWindowLimit } = figures
  const process = world.process(`cron ${minute}`)
  const startedMs = time.now()
  while (time.now() < startedMs + scansMs) {
    for (const key of await store.dueForRescue({ windowMs, limit: 64, pastWindowLimit }))
      void process.rotation.rescue(key)
    if (store.breaker().state !== 'closed') void process.rotation.canaryTick()
    await time.sleep(tickMs)
  }
  await time.sleep(startedMs + durationMs - time.now())
  process.kill()
}
