import { type Fault, faultsAt } from './faults'
import { runSchedule, type Schedule } from './schedule'
import { settings } from './schedules'
import { pick, seeded } from './seeded'

/** The n-th schedule with two faults: the second one strikes somewhere in what the first one led to. */
export async function doubleFaultSchedule(seed: number, n: number): Promise<Schedule> {
  const random = seeded(seed * 1_000_003 + n)
  const setting = { ...pick(settings(seed), random), seed: Math.floor(random() * 1e9) }
  const first = await faultIn(setting, 0, random)
  if (!first) return setting
  const second = await faultIn({ ...setting, faults: [first] }, first.at + 1, random)
  return { ...setting, faults: second ? [first, second] : [first] }
}

/** One that strikes at a moment of this run. */
async function faultIn(schedule: Schedule, from: number, random: () => number): Promise<Fault | null> {
  const { moments } = await runSchedule(schedule)
  if (from >= moments.length) return null
  const at = from + Math.floor(random() * (moments.length - from))
  const moment = moments[at]
  return moment ? pick(faultsAt(at, moment), random) : null
}
