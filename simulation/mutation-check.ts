import { mutants } from './mutants'
import { runSchedule, type Schedule } from './schedule'
import { directedSchedules, singleFaultSchedules, spread, strictSchedules } from './schedules'
import { replayCommand } from './tally'

export type MutantResult = {
  readonly name: string
  /** Which schedule saw it, and how many were tried until then; null: it survived. */
  readonly killedBy: { readonly schedule: Schedule; readonly rule: string; readonly tried: number } | null
}

const TRIED_AT_MOST = 6_000

/** Runs every mutant until a schedule that the protocol survives shows what it lacks. */
export async function checkMutants(seed: number): Promise<MutantResult[]> {
  const strict = spread(await strictSchedules(seed), 200, seed)
  const directed = spread(await directedSchedules(seed), 400, seed)
  const single = spread(await singleFaultSchedules(seed), TRIED_AT_MOST, seed)
  const schedules = interleaved([strict, directed, shuffled(single)]).slice(0, TRIED_AT_MOST)
  const results: MutantResult[] = []
  for (const [name, mutation] of Object.entries(mutants)) {
    let killedBy: MutantResult['killedBy'] = null
    for (const [index, schedule] of schedules.entries()) {
      const [violation] = (await runSchedule(schedule, mutation)).violations
      if (!violation || (await runSchedule(schedule)).violations.length > 0) continue
      killedBy = { schedule, rule: violation.rule, tried: index + 1 }
      break
    }
    results.push({ name, killedBy })
  }
  return results
}

export function toldOf({ name, killedBy }: MutantResult): string {
  if (!killedBy) return `  SURVIVED: ${name}`
  const mutant = JSON.stringify(name)
  return `  ${name}: ${killedBy.rule} after ${killedBy.tried} schedules\n    ${replayCommand(killedBy.schedule)} --mutant ${mutant}`
}

/** One of each in turn, so that no mutant waits for the end of a long list. */
function interleaved<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat()
}

/** The same order each time, with no two neighbors alike. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const stride = 2_633
  return items.map((_, index) => items[(index * stride) % items.length] as Item)
}
