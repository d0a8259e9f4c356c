import type { Violation } from './checker'
import type { Scenario } from './scenario'

export type Failure = { readonly scenario: Scenario; readonly violation: Violation }

/** What a part of a run counted. `notes`: figures to print, added up over the parts. */
export type Tally = {
  passed: number
  failed: number
  readonly failures: Failure[]
  readonly notes: Record<string, number>
  /** Told as they are. */
  readonly lines: string[]
}

const KEPT_FAILURES = 5

export function newTally(): Tally {
  return { passed: 0, failed: 0, failures: [], notes: {}, lines: [] }
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

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = newTally()
  for (const { passed, failed, failures, notes, lines } of tallies) {
    sum.passed += passed
    sum.failed += failed
    sum.failures.push(...failures.slice(0, KEPT_FAILURES - sum.failures.length))
    sum.lines.push(...lines)
    for (const [name, by] of Object.entries(notes)) note(sum, name, by)
  }
  return sum
}

export function replayCommand(scenario: Scenario): string {
  return `npm run simulate -- --replay '${JSON.stringify(scenario)}'`
}
