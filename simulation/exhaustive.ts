import type { Dialect } from '@/sandbox/state/grants'
import { fingerprintOf } from './exhaustive-fingerprint'
import { type Guard, successors } from './exhaustive-steps'
import { firstWorld, GENERATIONS, type World } from './exhaustive-world'

export type Search = {
  readonly dialect: Dialect
  readonly states: number
  readonly steps: number
  /** States in which every generation was reached and nothing is left to do. */
  readonly goals: number
  /** How many lost states the search saw, by the number of faults that led there. */
  readonly lostAfter: readonly [number, number, number, number]
  /** What should never be, each with how it came about. */
  readonly broken: readonly string[]
}

/**
 * Every state of two processes and three generations with at most one crash, one freeze of any length and one lost
 * answer, breadth first. Never: a superseded send outside a late probe, two requests in flight, a stale commit, a state
 * without a way on; and no loss after fewer than two faults.
 */
export function searchAll(dialect: Dialect, guard?: Guard): Search {
  const first = firstWorld(dialect)
  const seen = new Set([fingerprintOf(first)])
  const broken = new Set<string>()
  const lostAfter: [number, number, number, number] = [0, 0, 0, 0]
  let frontier: World[] = [first]
  let steps = 0
  let goals = 0
  while (frontier.length > 0 && broken.size === 0) {
    const next: World[] = []
    for (const world of frontier) {
      if (isLost(world)) {
        const faults = faultsOf(world)
        lostAfter[faults] += 1
        if (faults < 2) broken.add(`lost after ${faults} faults`)
        continue
      }
      const following = successors(world, dialect, guard)
      steps += following.length
      if (isGoal(world)) goals += 1
      else if (following.length === 0) broken.add('a state without a way on')
      for (const step of following) {
        if (step.broken !== null) broken.add(step.broken)
        const fingerprint = fingerprintOf(step.world)
        if (seen.has(fingerprint)) continue
        seen.add(fingerprint)
        next.push(step.world)
      }
    }
    frontier = next
  }
  return { dialect, states: seen.size, steps, goals, lostAfter, broken: [...broken] }
}

function isGoal({ row, processes }: World): boolean {
  return row.generation > GENERATIONS && row.firstSentAt === null && processes.every(({ flow }) => flow === null)
}

function isLost({ row, grant }: World): boolean {
  return row.status !== 'active' || grant.endedBy !== null
}

function faultsOf({ left }: World): 0 | 1 | 2 | 3 {
  return (Number(!left.crash) + Number(!left.freeze) + Number(!left.lostAnswer)) as 0 | 1 | 2 | 3
}
