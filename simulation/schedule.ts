import { check, type Violation } from './checker'
import { deadlineMs } from './deadlines'
import type { Fault, Moment } from './faults'
import { inject, type Strike } from './inject'
import type { Entry } from './journal'
import { modelWorld, type WorldOptions } from './model-world'
import type { Mutation } from './mutation'
import { startTraffic, type Traffic, untilServed } from './traffic'

/** One run, as data: whoever has it can run it again. */
export type Schedule = Required<
  Pick<WorldOptions, 'dialect' | 'refusesConcurrent' | 'rotationEndsAccessToken' | 'seed'>
> & {
  readonly lateProbe?: boolean
  readonly traffic: Traffic
  readonly faults: readonly Fault[]
}

export type ScheduleResult = {
  readonly violations: readonly Violation[]
  readonly journal: readonly Entry[]
  /** Where faults could strike, up to a little after the rotation. */
  readonly moments: readonly Moment[]
  readonly strikes: readonly Strike[]
  /** From the first fault to the next stored pair; null: there was none. */
  readonly recoveredAfterMs: number | null
}

const PATIENCE_MS = 420_000
const LATE_EFFECTS_MS = 1_000

/** Runs one schedule against the real core and judges what it did. */
export async function runSchedule(schedule: Schedule, mutation: Mutation = {}): Promise<ScheduleResult> {
  const world = modelWorld({ ...schedule, mutation })
  const { time, store } = world
  const startMs = time.now()
  world.worker('w1', world.random() * 5_000)
  world.worker('w2', world.random() * 5_000)
  const { key, served, atLeastMs } = startTraffic(world, schedule.traffic)
  const injected = inject(world, [key], schedule.faults)

  const isSettled = () => {
    const { status, firstSentAt, generation } = store.row(key)
    return firstSentAt === null && (status !== 'active' || generation > 1)
  }
  const goesOn = () => time.now() < Math.max(startMs + atLeastMs, injected.busyUntil()) || !served() || !isSettled()

  const run = async () => {
    await time.sleep(LATE_EFFECTS_MS)
    while (goesOn() && time.now() < startMs + PATIENCE_MS) await time.sleep(500)
    await time.sleep(LATE_EFFECTS_MS)
    const last = untilServed(world, world.process('last'), key)
    await Promise.race([last, time.sleep(PATIENCE_MS / 4)])
    while (!isSettled() && time.now() < startMs + 2 * PATIENCE_MS) await time.sleep(500)
    world.rest()
  }
  await time.until(run())

  const struckAt = injected.strikes[0]?.from ?? null
  const rotated = world.journal.filter(({ kind }) => kind === 'commit' || kind === 'reauthorized')
  const recovered = rotated.find(({ at }) => at > (struckAt ?? 0))
  const recoveredAfterMs = recovered && struckAt !== null ? recovered.at - struckAt : null
  const violations = [...check(world.journal)]
  const allowedMs = struckAt === null ? null : deadlineMs(schedule, world.journal, struckAt)
  if (allowedMs !== null && (recoveredAfterMs === null || recoveredAfterMs > allowedMs)) {
    const detail = `${recoveredAfterMs ?? 'never'} instead of at most ${allowedMs} ms`
    violations.push({ rule: 'too_slow', at: struckAt ?? 0, connection: key.connectionId, detail })
  }
  const firstCommit = rotated[0]?.at ?? Number.POSITIVE_INFINITY
  const moments = injected.moments.filter((moment) => moment.time <= firstCommit + 200)
  return { violations, journal: world.journal, moments, strikes: injected.strikes, recoveredAfterMs }
}
