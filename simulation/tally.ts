import type { Violation } from './checker'
import type { Scenario } from './scenario'

export type Failure = { readonly scenario: Scenario; readonly violation: Violation }

/** What a part of a run counted. `notes`: figures to print, added up over the parts. */
export type Tally = {
  passed: number
  failed: number
  readonly failures: Failure[]
  readonly notes: Record<string, number>
  /** How many schedules showed each behavior (behavior.ts). */
  readonly behaviors: Record<string, number>
  /** Told as they are. */
  readonly lines: string[]
}

const KEPT_FAILURES = 5

export function newTally(): Tally {
  return { passed: 0, failed: 0, failures: [], notes: {}, behaviors: {}, lines: [] }
}

export function countRun(tally: Tally, scenario: Scenario, violations: readonly Violation[]): void {
  const [violation] = violations
  if (!violation) {
    tally.passed += 1
    return
  }
  tally.failed += 1
  if (tally.failures.length < KEPT_FAILURES) tally.failures.push({ scenario, violation })
}

export function note(tally: Tally, name: string, by = 1): void {
  tally.notes[name] = (tally.notes[name] ?? 0) + by
}

export function noteBehavior(tally: Tally, behavior: string, by = 1): void {
  tally.behaviors[behavior] = (tally.behaviors[behavior] ?? 0) + by
}

/** How much the schedules differ in what they showed; null where behaviors were not counted. */
export function behaviorsOf({ behaviors }: Tally): string | null {
  const counts = Object.values(behaviors)
  if (counts.length === 0) return null
  const schedules = counts.reduce((sum, count) => sum + count, 0)
  const commonest = Math.round((100 * Math.max(...counts)) / schedules)
  return `${counts.length} distinct behaviors in ${schedules} schedules; the commonest one in ${commonest} %`
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = newTally()
  for (const { passed, failed, failures, notes, behaviors, lines } of tallies) {
    sum.passed += passed
    sum.failed += failed
    sum.failures.push(...failures.slice(0, KEPT_FAILURES - sum.failures.length))
    sum.lines.push(...lines)
    for (const [name, by] of Object.entries(notes)) note(sum, name, by)
    for (const [behavior, by] of Object.entries(behaviors)) noteBehavior(sum, behavior, by)
  }
  return sum
}

export function replayCommand(scenario: Scenario): string {
  return `npm run simulate -- --replay '${JSON.stringify(scenario)}'`
}
