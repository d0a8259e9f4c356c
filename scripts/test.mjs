// `npm test`: everything, in the order in which it fails fastest. Prints `N passed, N failed` as its last line.
// `npm test -- unit e2e` runs only the named steps.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBrowser } from './browser.mjs'
import { judged, ofLastLine, ofPlaywright, ofVitest, sum } from './counts.mjs'
import { ensurePgBouncer } from './pgbouncer.mjs'
import { ensurePostgresql } from './postgresql.mjs'
import { ensureInstalled, requireNode, root } from './prepare.mjs'

requireNode()
ensureInstalled()

const reports = mkdtempSync(join(tmpdir(), 'partner-dashboard-test-'))
const bin = (name) => join('node_modules', name)
const NEXT = bin('next/dist/bin/next')

/** Each step reports how many of its tests passed and failed. */
const steps = {
  lint: () =>
    sum([check([bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']), check(['scripts/fences.mjs'])]),
  types: () => sum([check([NEXT, 'typegen']), check([bin('typescript/bin/tsc'), '--noEmit'])]),
  unit: () => vitest('unit'),
  integration: () => vitest('integration'),
  simulation: () => program(['simulation/run.ts', '--ci']),
  real,
  e2e,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in steps))
if (unknown.length > 0) {
  process.stderr.write(`There is no step ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}.\n`)
  process.exit(2)
}

// Looked for before anything runs, so that no one waits for half an hour to read what could be installed meanwhile. The
// other steps run all the same, and of `integration` all but the tests that need what is missing.
const needs = {
  integration: () => [ensurePostgresql(), ensurePgBouncer()].filter(Boolean).join('\n'),
  real: ensurePgBouncer,
  e2e: ensureBrowser,
}
const missing = {}
for (const [name, ensure] of Object.entries(needs)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const sentence = ensure()
  if (!sentence) continue
  missing[name] = sentence
  process.stderr.write(`${sentence}\n`)
}

const results = []
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stdout.write(`\n── ${name} ${'─'.repeat(70 - name.length)}\n`)
  const started = performance.now()
  if (missing[name]) process.stderr.write(`${missing[name]}\n`)
  const result = missing[name] && name !== 'integration' ? { passed: 0, failed: 1 } : await step()
  results.push(result)
  const seconds = Math.round((performance.now() - started) / 1000)
  process.stdout.write(`── ${name}: ${result.passed} passed, ${result.failed} failed, ${seconds} s\n`)
}
rmSync(reports, { recursive: true, force: true })
const { passed, failed } = sum(results)
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 ? 1 : 0

function node(args, env = {}) {
  return spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
}

/** A command that is one test. */
function check(args) {
  return node(args).status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

function vitest(project) {
  const report = join(reports, `${project}.json`)
  const { status } = node([
    bin('vitest/vitest.mjs'),
    'run',
    '--project',
    project,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  return judged(ofVitest(read(report)), status)
}

/** PostgreSQL, PgBouncer and four processes that are killed. */
function real() {
  return program(['--conditions=react-server', 'simulation/real/run.ts'])
}

/** A program that counts for itself. */
async function program(args) {
  const run = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let end = ''
  run.stdout.on('data', (chunk) => {
    process.stdout.write(chunk)
    end = (end + chunk).slice(-1_000)
  })
  const [status] = await once(run, 'close')
  return judged(ofLastLine(end), status)
}

function e2e() {
  const built = check(['scripts/build.mjs'])
  if (built.failed > 0) return built
  const report = join(reports, 'e2e.json')
  const { status } = node([bin('playwright/cli.js'), 'test'], { PLAYWRIGHT_JSON_OUTPUT_NAME: report })
  return sum([built, judged(ofPlaywright(read(report)), status)])
}

/** The text of a report; empty when the runner did not get that far. */
function read(report) {
  return existsSync(report) ? readFileSync(report, 'utf8') : ''
}
