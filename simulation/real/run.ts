import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSandbox } from '@/sandbox/sandbox'
import { testEnvironment } from '@/scripts/testing/environment'
import { wholeNumber } from '../whole-number'
import { startDatabase } from './database'
import { gather } from './evidence'
import { startFleet } from './fleet'
import { startPgBouncer } from './pgbouncer'
import { roundsOf } from './plan'
import { connect } from './population'
import { newCounts, runRound } from './rounds'
import { ACCESS_TOKEN_SECONDS, GRACE_SECONDS } from './scale'
import { judge, told } from './verdict'

// `npm run simulate:real`: the product as processes of its own, which are killed and frozen, on a PostgreSQL that is
// killed, against the sandbox over HTTP (docs/rotation.md, "The real thing"). The last line counts.

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    kills: { type: 'string', default: '100' },
    'database-kills': { type: 'string', default: '4' },
    deploys: { type: 'string', default: '20' },
    connections: { type: 'string', default: '120' },
  },
})
const PROCESSES = 4
const plan = {
  seed: wholeNumber('seed', values.seed),
  kills: wholeNumber('kills', values.kills),
  databaseKills: wholeNumber('database-kills', values['database-kills']),
  deploys: wholeNumber('deploys', values.deploys),
}
const connections = wholeNumber('connections', values.connections)
/** All that the plan is drawn from: with another number of any of them the blows are others. */
const again = Object.entries(values).map(([option, value]) => `--${option} ${value}`)
const started = performance.now()
const seconds = () => Math.round((performance.now() - started) / 1_000)
const say = (line: string) => process.stdout.write(`${line}\n`)

const folder = mkdtempSync(join(tmpdir(), 'apd-real-'))
chmodSync(folder, 0o755)
const cleanUp: (() => unknown)[] = []
// A frozen process would stay, and wait for its SIGCONT for ever; the rest ends with the pipes that it hangs on.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const ended = { passed: 0, failed: 1 }
try {
  Object.assign(ended, await run())
} finally {
  for (const step of cleanUp.reverse()) await step()
  say(`${ended.passed} passed, ${ended.failed} failed`)
  process.exitCode = ended.failed > 0 ? 1 : 0
}

async function run(): Promise<{ passed: number; failed: number }> {
  say(`seed ${plan.seed}; the same blows again, though real time is never the same twice:`)
  say(`  npm run simulate:real -- ${again.join(' ')}`)
  const database = await startDatabase(folder, (part, line) => say(`${part}: ${line}`))
  cleanUp.push(database.stop)
  const pgbouncer = await startPgBouncer({ folder, appUrl: database.appUrl, owner: database.owner() })
  cleanUp.push(pgbouncer.stop)
  const sandbox = await startSandbox()
  cleanUp.push(sandbox.close)
  sandbox.control.setOptions({
    graceSeconds: GRACE_SECONDS,
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
    tokenLatencyMs: 20,
  })

  const { clientId, clientSecret } = sandbox.config
  const environment = {
    ...testEnvironment({ databaseUrl: pgbouncer.url, sandboxOrigin: sandbox.origin, clientId, clientSecret }),
    DATABASE_DIRECT_URL: database.ownerUrl,
    LOG_LEVEL: 'info',
  }
  const population = await connect(database, sandbox, environment.TOKEN_KEYS, connections)
  const fleet = await startFleet({
    // Every second process goes past PgBouncer, and so prepares its statements.
    environmentOf: (count) => (count % 2 === 0 ? { ...environment, DATABASE_URL: database.appUrl } : environment),
    size: PROCESSES,
  })
  cleanUp.push(fleet.destroy)
  process.once('exit', fleet.destroy)
  const evidence = gather({ database, sandbox, fleet, ...population, tokenKeys: environment.TOKEN_KEYS })
  say(`${connections} connections, ${PROCESSES} processes, half of them behind PgBouncer: ready after ${seconds()} s`)

  const counts = newCounts()
  const field = { database, sandbox, fleet, ...population }
  let unrepaired: string[] = []
  let rounds = 0
  for (const round of roundsOf(plan, PROCESSES)) {
    ;({ unrepaired } = await runRound(field, round, counts))
    evidence.collectJournal()
    rounds += 1
    if (rounds % 10 === 0)
      say(
        `  ${counts.kills} kills, ${counts.freezes} freezes, ${counts.databaseKills} kills of PostgreSQL, ${seconds()} s`,
      )
    counts.died = [...fleet.died]
    if (unrepaired.length > 0 || counts.disorderly.length > 0 || counts.died.length > 0) break
  }
  const all = await evidence.complete()
  const result = judge(all, counts, unrepaired, sandbox.control.verdict())
  for (const line of told(result, counts, all, fleet, seconds())) say(line)
  return result
}
