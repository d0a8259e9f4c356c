import { type Chaos, runChaos } from './chaos'
import type { Violation } from './checker'
import { doubleFaultSchedule } from './double-faults'
import type { Entry } from './journal'
import { type Loss, lossesOf } from './losses'
import type { Scenario } from './scenario'
import { runSchedule } from './schedule'
import type { Part } from './single-faults'
import { countRun, newTally, note, type Tally } from './tally'

// Beyond a single fault a connection may be lost, but only in a named way, and never in silence. Everything else that
// the checker knows holds here as well.

const CHAOS_MS = 3_600_000
const CONNECTIONS = 6

/** The n-th schedules with two faults. */
export async function runDoubleFaults({ seed, schedules, shard, shards }: Part): Promise<Tally> {
  const tally = newTally()
  for (let n = shard; n < schedules; n += shards) {
    const schedule = await doubleFaultSchedule(seed, n)
    const { journal, violations, strikes } = await runSchedule(schedule)
    countLosses(tally, schedule, { journal, violations, losses: lossesOf(journal, strikes, schedule.dialect) })
  }
  return tally
}

/** An hour each of several connections under one fault after the other. */
export async function runChaosHours({ seed, schedules, shard, shards }: Part): Promise<Tally> {
  const tally = newTally()
  for (let n = shard; n < schedules; n += shards) {
    const chaos: Chaos = { chaosMs: CHAOS_MS, seed: seed * 1_000_003 + n, connections: CONNECTIONS }
    const { journal, violations, strikes, dialect } = await runChaos(chaos)
    countLosses(tally, chaos, { journal, violations, losses: lossesOf(journal, strikes, dialect) })
    note(tally, 'faults', strikes.length)
  }
  return tally
}

type Judged = {
  readonly journal: readonly Entry[]
  readonly violations: readonly Violation[]
  readonly losses: readonly Loss[]
}

function countLosses(tally: Tally, scenario: Scenario, { journal, violations, losses }: Judged): void {
  const explained = new Set(losses.flatMap(({ avoidable, connection }) => (avoidable ? [] : [connection])))
  countRun(
    tally,
    scenario,
    violations.filter(({ rule, connection }) => rule !== 'lost' || !explained.has(connection)),
  )
  note(tally, 'schedules')
  note(tally, 'rotations', journal.filter(({ kind }) => kind === 'commit').length)
  note(tally, 'losses', losses.length)
  note(tally, 'losses, avoidable', losses.filter(({ avoidable }) => avoidable).length)
  for (const { name } of losses) note(tally, `lost ${name}`)
}

/** The share of rotations that ended in a loss. */
export function lossRate({ notes }: Tally): string | null {
  const { losses, rotations } = notes
  if (losses === undefined || !rotations) return null
  return `${((100 * losses) / rotations).toFixed(4)} % of rotations lost, avoidable: ${notes['losses, avoidable']}`
}
