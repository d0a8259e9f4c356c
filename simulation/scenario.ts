import { type Chaos, runChaos } from './chaos'
import type { Violation } from './checker'
import type { Entry } from './journal'
import type { Mutation } from './mutation'
import { type OutageOptions, runOutage } from './outage'
import { type Partial, runPartial } from './partial'
import { runSchedule, type Schedule } from './schedule'

/** Whatever can be run again from its data alone. */
export type Scenario = Schedule | Chaos | OutageOptions | Partial

export type Run = { readonly violations: readonly Violation[]; readonly journal: readonly Entry[] }

export async function runScenario(scenario: Scenario, mutation: Mutation = {}): Promise<Run> {
  if ('faults' in scenario) return runSchedule(scenario, mutation)
  if ('partialMs' in scenario) return runPartial(scenario, mutation)
  return 'chaosMs' in scenario ? runChaos(scenario, mutation) : runOutage(scenario, mutation)
}
