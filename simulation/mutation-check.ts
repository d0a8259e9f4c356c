import { mutants } from './mutants'
import type { Mutation } from './mutation'
import { partials } from './partial'
import { raceSchedules } from './races'
import { runScenario, type Scenario } from './scenario'
import { directedSchedules, outages, singleFaultSchedules, spread, strictSchedules } from './schedules'
import type { Part } from './single-faults'
import { newTally, replayCommand, type Tally } from './tally'

const TRIED_AT_MOST = 6_000

/** Runs every mutant until a scenario that the protocol survives shows what it lacks; a survivor fails the run. */
export async function runMutants({ seed, shard, shards }: Part): Promise<Tally> {
  const tally = newTally()
  const scenarios = await scenariosFor(seed)
  for (const [index, [name, mutation]] of Object.entries(mutants).entries()) {
    if (index % shards !== shard) continue
    const killedBy = await killerOf(mutation, scenarios)
    tally.lines.push(killedBy ? toldOf(name, killedBy) : `SURVIVED: ${name}`)
    if (killedBy) tally.passed += 1
    else tally.failed += 1
  }
  return tally
}

type Killer = { readonly scenario: Scenario; readonly rule: string; readonly tried: number }

async function killerOf(mutation: Mutation, scenarios: readonly Scenario[]): Promise<Killer | null> {
  for (const [index, scenario] of scenarios.entries()) {
    const [violation] = (await runScenario(scenario, mutation)).violations
    if (!violation || (await runScenario(scenario)).violations.length > 0) continue
    return { scenario, rule: violation.rule, tried: index + 1 }
  }
  return null
}

function toldOf(name: string, { scenario, rule, tried }: Killer): string {
  return `${name}: ${rule} after ${tried} scenarios\n    ${replayCommand(scenario)} --mutant ${JSON.stringify(name)}`
}

async function scenariosFor(seed: number): Promise<Scenario[]> {
  const strict = spread(await strictSchedules(seed), 200, seed)
  const directed = spread(await directedSchedules(seed), 400, seed)
  const races = spread(await raceSchedules(seed), 400, seed)
  const all = await singleFaultSchedules(seed)
  const requests = all.filter(({ faults: [fault] }) => fault?.kind === 'request')
  const single = [spread(requests, 600, seed), spread(all, TRIED_AT_MOST, seed)].map(shuffled)
  return interleaved<Scenario>([strict, directed, races, ...single, outages(seed), partials(seed)]).slice(
    0,
    TRIED_AT_MOST,
  )
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
