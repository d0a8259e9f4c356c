import { parseArgs } from 'node:util'
import { runExhaustive } from './exhaustive-part'
import { mutants } from './mutants'
import { runMutants } from './mutation-check'
import { inParallel } from './parallel'
import { runPartials } from './partial-part'
import { runRaces } from './races'
import { runScenario, type Scenario } from './scenario'
import { lossRate, runChaosHours, runDoubleFaults } from './several-faults'
import { type Part, runSingleFaults } from './single-faults'
import { behaviorsOf, replayCommand, type Tally } from './tally'
import { wholeNumber } from './whole-number'

// `npm run simulate`: see docs/rotation.md, "Proof". The last line counts; nothing run is a failure.

// An abort signal makes an error each time a wait is cut short: no one reads those stacks.
Error.stackTraceLimit = 0

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'single' },
    seed: { type: 'string', default: '1' },
    schedules: { type: 'string' },
    shard: { type: 'string' },
    replay: { type: 'string' },
    mutant: { type: 'string' },
    ci: { type: 'boolean', default: false },
  },
})

const seed = wholeNumber('seed', values.seed)

/** Each core takes a part of a mode; without `--schedules` it runs so many of them. */
const modes: Record<string, { run: (part: Part) => Promise<Tally>; schedules: number }> = {
  single: { run: runSingleFaults, schedules: Number.POSITIVE_INFINITY },
  races: { run: runRaces, schedules: Number.POSITIVE_INFINITY },
  partial: { run: runPartials, schedules: Number.POSITIVE_INFINITY },
  mutants: { run: runMutants, schedules: Number.POSITIVE_INFINITY },
  exhaustive: { run: runExhaustive, schedules: Number.POSITIVE_INFINITY },
  double: { run: runDoubleFaults, schedules: 40_000 },
  chaos: { run: runChaosHours, schedules: 4_000 },
}

/** What `npm test` runs: of the long commands just enough to see that they work. */
const ci: readonly { mode: string; schedules?: number }[] = [
  { mode: 'mutants' },
  { mode: 'exhaustive' },
  { mode: 'races' },
  { mode: 'partial' },
  { mode: 'double', schedules: 1_000 },
  { mode: 'chaos', schedules: 24 },
  { mode: 'single' },
]

type Count = { passed: number; failed: number }

const schedules = values.schedules === undefined ? {} : { schedules: wholeNumber('schedules', values.schedules) }
if (values.shard !== undefined) await runShard(values.shard)
else if (values.replay !== undefined) await replay(JSON.parse(values.replay) as Scenario, values.mutant)
else await runModes(values.ci ? ci : [{ mode: values.mode, ...schedules }])

async function runModes(chosen: typeof ci): Promise<void> {
  const total: Count = { passed: 0, failed: 0 }
  for (const { mode, schedules } of chosen) {
    if (!(mode in modes)) throw new Error(`There is no mode ${mode}; there are ${Object.keys(modes).join(', ')}`)
    const started = performance.now()
    const args = ['--seed', String(seed), ...(schedules === undefined ? [] : ['--schedules', String(schedules)])]
    const { passed, failed } = told(await inParallel(mode, args))
    total.passed += passed
    total.failed += failed
    say(`${mode}: ${passed} passed, ${failed} failed, ${Math.round((performance.now() - started) / 1_000)} s\n`)
    if (passed + failed === 0) total.failed += 1
  }
  say(`${total.passed} passed, ${total.failed} failed`)
  process.exitCode = total.failed > 0 ? 1 : 0
}

async function runShard(shardOf: string): Promise<void> {
  const [shard, shards] = shardOf.split('/').map(Number)
  const part = modes[values.mode]
  if (!part || shard === undefined || shards === undefined) throw new Error(`No part ${shardOf} of ${values.mode}`)
  const tally = await part.run({ seed, schedules: part.schedules, ...schedules, shard, shards })
  process.send?.(tally, () => process.disconnect())
}

function told(tally: Tally): Count {
  for (const line of tally.lines) say(`  ${line}`)
  for (const [name, count] of Object.entries(tally.notes)) say(`  ${name}: ${count}`)
  for (const line of [behaviorsOf(tally), lossRate(tally)]) if (line) say(`  ${line}`)
  for (const { scenario, violation } of tally.failures) {
    say(`  ${violation.rule} ${violation.detail} at ${Math.round(violation.at)}\n    ${replayCommand(scenario)}`)
  }
  return tally
}

async function replay(scenario: Scenario, mutant: string | undefined): Promise<void> {
  if (mutant !== undefined && !(mutant in mutants)) throw new Error(`There is no mutant "${mutant}"`)
  const { journal, violations } = await runScenario(scenario, mutant === undefined ? {} : mutants[mutant])
  for (const entry of journal) say(JSON.stringify(entry))
  for (const violation of violations) say(`${violation.rule} ${violation.detail} at ${violation.at}`)
  const failed = violations.length > 0 ? 1 : 0
  say(`${1 - failed} passed, ${failed} failed`)
  process.exitCode = failed
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
