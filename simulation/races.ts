import type { Fault } from './faults'
import { runSchedule, type Schedule } from './schedule'
import { settings } from './schedules'
import type { Part } from './single-faults'
import { countRun, newTally, note, type Tally } from './tally'

type Act = Extract<Fault, { kind: 'disconnect' | 'reauthorize' | 'frozen_by_hand' | 'owner_disconnects' }>
type ActShape = Act extends infer A ? (A extends Act ? Omit<A, 'at'> : never) : never

const disconnect = { kind: 'disconnect' } as const
const endsOld = { kind: 'reauthorize', endsOldGrant: true } as const
const keepsOld = { kind: 'reauthorize', endsOldGrant: false } as const
const freeze = { kind: 'frozen_by_hand', ms: 4_000 } as const
const ownerDisconnects = { kind: 'owner_disconnects', eventAfterMs: 300 } as const

const pairs: readonly (readonly [ActShape, ActShape])[] = [
  [disconnect, endsOld],
  [disconnect, keepsOld],
  [endsOld, disconnect],
  [keepsOld, disconnect],
  [endsOld, endsOld],
  [keepsOld, endsOld],
  [disconnect, disconnect],
  [freeze, disconnect],
  [freeze, endsOld],
  [freeze, freeze],
  [ownerDisconnects, endsOld],
  [ownerDisconnects, disconnect],
]

/** How many steps of the processes lie between two people's acts. */
const distances = [1, 3, 9, 27]

/** Two people act on one connection within a refresh, at every step of it: no grant of theirs is mixed up or lost. */
export async function raceSchedules(seed: number): Promise<Schedule[]> {
  const schedules: Schedule[] = []
  const busy = settings(seed).filter(({ traffic }) => traffic === 'crowd' || traffic === 'forced')
  for (const [index, setting] of busy.entries()) {
    const { moments } = await runSchedule(setting)
    for (const at of moments.keys()) {
      const pair = pairs[(at + index) % pairs.length]
      if (!pair) continue
      for (const distance of distances) schedules.push({ ...setting, faults: both(pair, at, distance) })
    }
  }
  return schedules
}

function both([first, second]: readonly [ActShape, ActShape], at: number, distance: number): Fault[] {
  return [
    { ...first, at },
    { ...second, at: at + distance },
  ]
}

export async function runRaces({ seed, schedules, shard, shards }: Part): Promise<Tally> {
  const tally = newTally()
  const all = (await raceSchedules(seed)).slice(0, schedules)
  for (let index = shard; index < all.length; index += shards) {
    const schedule = all[index]
    if (!schedule) break
    const { violations, journal } = await runSchedule(schedule)
    countRun(tally, schedule, violations)
    note(tally, 'grants replaced', journal.filter(({ kind }) => kind === 'reauthorized').length)
    note(tally, 'grants disconnected', journal.filter(({ kind }) => kind === 'disconnected').length)
  }
  return tally
}
