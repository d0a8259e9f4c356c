import { parseArgs } from 'node:util'
import { runExhaustive } from './exhaustive-part'
import { mutants } from './mutants'
import { checkMutants, toldOf } from './mutation-check'
import { inParallel } from './parallel'
import { runSchedule, type Schedule } from './schedule'
import { runSingleFaults } from './single-faults'
import { replayCommand, type Tally } from './tally'

// `npm run simulate`: see docs/rotation.md, "Proof". The last line counts; nothing run is a failure.

// An abort signal makes an error each time a wait is cut short: nobody reads those stacks.
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

const seed = Number(values.seed)
const CI_SINGLE_FAULTS = 20_000

/** The modes that every core takes a part of. */
const sharded: Record<string, { run: typeof runSingleFaults; schedules: number }> = {
  single: { run: runSingleFaults, schedules: CI_SINGLE_FAULTS },
  exhaustive: { run: runExhaustive, schedules: 0 },
}

type Count = { passed: number; failed: number }

if (values.shard !== undefined) await runShard(values.shard)
else if (values.replay !== undefined) await replay(JSON.parse(values.replay) as Schedule, values.mutant)
else await runModes(values.ci ? ['single', 'mutants'] : [values.mode])

async function runModes(modes: readonly string[]): Promise<void> {
  const total: Count = { passed: 0, failed: 0 }
  for (const mode of modes) {
    const started = performance.now()
    const { passed, failed } = await runMode(mode)
    total.passed += passed
    total.failed += failed
    say(`${mode}: ${passed} passed, ${failed} failed, ${Math.round((performance.now() - started) / 1_000)} s\n`)
  }
  if (total.passed + total.failed === 0) total.failed = 1
  say(`${total.passed} passed, ${total.failed} failed`)
  process.exitCode = total.failed > 0 ? 1 : 0
}

async function runMode(mode: string): Promise<Count> {
  if (mode in sharded) {
    const args = ['--seed', String(seed), ...(values.schedules ? ['--schedules', values.schedules] : [])]
    return told(await inParallel(mode, args))
  }
  if (mode === 'mutants') {
    const results = await checkMutants(seed)
    for (const result of results) say(toldOf(result))
    const failed = results.filter(({ killedBy }) => killedBy === null).length
    return { passed: results.length - failed, failed }
  }
  throw new Error(`There is no mode ${mode}`)
}

async function runShard(shardOf: string): Promise<void> {
  const [shard, shards] = shardOf.split('/').map(Number)
  const part = sharded[values.mode]
  if (!part || shard === undefined || shards === undefined) throw new Error(`No part ${shardOf} of ${values.mode}`)
  const schedules = values.schedules === undefined ? part.schedules : Number(values.schedules)
  const tally = await part.run({ seed, schedules, shard, shards })
  process.send?.(tally, () => process.disconnect())
}

function told(tally: Tally): Count {
  for (const line of tally.lines) say(`  ${line}`)
  for (const [name, count] of Object.entries(tally.notes)) say(`  ${name}: ${count}`)
  for (const { schedule, violation } of tally.failures) {
    say(`  ${violation.rule} ${violation.detail} at ${Math.round(violation.at)}\n    ${replayCommand(schedule)}`)
  }
  return tally
}

async function replay(schedule: Schedule, mutant: string | undefined): Promise<void> {
  const { journal, violations } = await runSchedule(schedule, mutant === undefined ? {} : mutants[mutant])
  for (const entry of journal) say(JSON.stringify(entry))
  for (const violation of violations) say(`${violation.rule} ${violation.detail} at ${violation.at}`)
  const failed = violations.length > 0 ? 1 : 0
  say(`${1 - failed} passed, ${failed} failed`)
  process.exitCode = failed
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
