import { type Chaos, type ChaosResult, runChaos } from './chaos'
import { doubleFaultSchedule } from './double-faults'
import { lossesOf, unexplained } from './losses'
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
    count(tally, schedule, { ...(await runSchedule(schedule)), dialect: schedule.dialect })
  }
  return tally
}

/** An hour each of several connections under one fault after the other. */
export async function runChaosHours({ seed, schedules, shard, shards }: Part): Promise<Tally> {
  const tally = newTally()
  for (let n = shard; n < schedules; n += shards) {
    const chaos: Chaos = { chaosMs: CHAOS_MS, seed: seed * 1_000_003 + n, connections: CONNECTIONS }
    const ran = await runChaos(chaos)
    count(tally, chaos, ran)
    note(tally, 'faults', ran.strikes.length)
  }
  return tally
}

function count(tally: Tally, scenario: Scenario, { journal, violations, strikes, dialect }: ChaosResult): void {
  const losses = lossesOf(journal, strikes, dialect)
  countRun(tally, scenario, unexplained(violations, losses, strikes))
  note(tally, 'schedules')
  note(tally, 'rotations', journal.filter(({ kind }) => kind === 'commit').length)
  note(tally, 'losses', losses.length)
  note(tally, 'losses, avoidable', losses.filter(({ avoidable }) => avoidable).length)
  for (const { name } of losses) note(tally, `lost ${name}`)
  const beside = violations.filter(({ rule }) => rule === 'concurrent_send').length
  if (beside > 0) note(tally, 'sends beside another, the database clock set', beside)
}

/** The share of rotations that ended in a loss. */
export function lossRate({ notes }: Tally): string | null {
  const { losses, rotations } = notes
  if (losses === undefined || !rotations) return null
  return `${((100 * losses) / rotations).toFixed(4)} % of rotations lost, avoidable: ${notes['losses, avoidable']}`
}
