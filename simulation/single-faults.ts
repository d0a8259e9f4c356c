import { behaviorOf } from './behavior'
import { runSchedule } from './schedule'
import { directedSchedules, singleFaultSchedules, spread, strictSchedules } from './schedules'
import { countRun, newTally, note, noteBehavior, type Tally } from './tally'

export type Part = {
  readonly seed: number
  readonly schedules: number
  readonly shard: number
  readonly shards: number
}

/** So many different schedules with one fault, and all directed ones; this part takes every n-th. */
export async function runSingleFaults({ seed, schedules, shard, shards }: Part): Promise<Tally> {
  const tally = newTally()
  const singles = spread(await singleFaultSchedules(seed), schedules, seed)
  const all = [...singles, ...(await directedSchedules(seed)), ...(await strictSchedules(seed))]
  for (let index = shard; index < all.length; index += shards) {
    const schedule = all[index]
    if (!schedule) break
    const { violations, journal } = await runSchedule(schedule)
    countRun(tally, schedule, violations)
    noteBehavior(tally, behaviorOf(journal))
    note(tally, 'sends', journal.filter(({ kind }) => kind === 'send').length)
    note(tally, 'rotations', journal.filter(({ kind }) => kind === 'commit').length)
    note(tally, 'tokens handed out', journal.filter(({ kind }) => kind === 'token').length)
    if (violations.some(({ rule }) => rule === 'lost' || rule === 'lost_silently')) note(tally, 'lost connections')
  }
  return tally
}
