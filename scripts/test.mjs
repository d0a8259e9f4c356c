// `npm test`: everything, in the order in which it fails fastest. Prints `N passed, N failed` as its last line.
// `npm test -- unit e2e` runs only the named steps.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBrowser } from './browser.mjs'
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs'

requireNode()
ensureInstalled()

const reports = mkdtempSync(join(tmpdir(), 'partner-dashboard-test-'))
const bin = (name) => join('node_modules', name)
const NEXT = bin('next/dist/bin/next')

/** Each step tells how many of its tests passed and failed. */
const steps = {
  lint: () =>
    both(check([bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']), check(['scripts/fences.mjs'])),
  types: () => both(check([NEXT, 'typegen']), check([bin('typescript/bin/tsc'), '--noEmit'])),
  unit: () => vitest('unit'),
  integration: () => vitest('integration'),
  simulation,
  e2e,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in steps))
if (unknown.length > 0) {
  process.stderr.write(`There is no step ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}.\n`)
  process.exit(2)
}

let passed = 0
let failed = 0
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stdout.write(`\n── ${name} ${'─'.repeat(70 - name.length)}\n`)
  const started = performance.now()
  const result = step()
  // A suite that ran nothing has shown nothing.
  if (result.passed + result.failed === 0) result.failed = 1
  passed += result.passed
  failed += result.failed
  const seconds = Math.round((performance.now() - started) / 1000)
  process.stdout.write(`── ${name}: ${result.passed} passed, ${result.failed} failed, ${seconds} s\n`)
}
rmSync(reports, { recursive: true, force: true })
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 ? 1 : 0

function node(args, env = {}) {
  return spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
}

function check(args) {
  return node(args).status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

function both(one, other) {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed }
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
  return counted(report, status, ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }) => ({
    passed: numPassedTests,
    failed: numFailedTests + numPendingTests + numTodoTests,
  }))
}

/** Its last line is its count. */
function simulation() {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'simulation/run.ts', '--ci'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  process.stdout.write(stdout)
  const count = /^(\d+) passed, (\d+) failed$/m.exec(stdout)
  if (!count) return { passed: 0, failed: 1 }
  return { passed: Number(count[1]), failed: Math.max(Number(count[2]), status === 0 ? 0 : 1) }
}

function e2e() {
  const missing = ensureBrowser()
  if (missing) {
    process.stderr.write(`${missing}\n`)
    return { passed: 0, failed: 1 }
  }
  ensureBuilt()
  const report = join(reports, 'e2e.json')
  const { status } = node([bin('playwright/cli.js'), 'test'], { PLAYWRIGHT_JSON_OUTPUT_NAME: report })
  return counted(report, status, ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + stats.skipped,
  }))
}

/** A runner that failed without a failed test has failed all the same. */
function counted(report, status, count) {
  let result = { passed: 0, failed: 0 }
  try {
    result = count(JSON.parse(readFileSync(report, 'utf8')))
  } catch {
    return { passed: 0, failed: 1 }
  }
  return { ...result, failed: Math.max(result.failed, status === 0 ? 0 : 1) }
}
