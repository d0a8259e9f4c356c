// What has to be there before anything else runs. Node's own modules only: this runs in a fresh clone.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** Stops with a sentence, not with a stack. @param {string} message @returns {never} */
export function fail(message) {
  process.stderr.write(`\n${message}\n`)
  process.exit(1)
}

export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(`Node ${process.versions.node} is too old: this needs Node 20.19 or newer, better 24. https://nodejs.org/`)
}

/** Runs a command to its end with the terminal as its own; its exit code otherwise ends this process. */
export function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  if (error) fail(`${command} could not be started: ${error.message}`)
  if (status !== 0) fail(`${command} ${args.join(' ')} ended with code ${status}.`)
}

/** The npm that started this script, since a shell's `npm` may be a script that cannot be spawned. */
function npm(...args) {
  const own = process.env.npm_execpath
  if (own?.endsWith('.js')) run(process.execPath, [own, ...args])
  else run('npm', args)
}

/** Installs what package-lock.json names, unless that has been done. */
export function ensureInstalled() {
  const mark = join(root, 'node_modules/.package-lock.json')
  const lock = statSync(join(root, 'package-lock.json'))
  if (!existsSync(mark) || statSync(mark).mtimeMs < lock.mtimeMs - 1_000) {
    process.stdout.write('Installing packages …\n')
    // Also where NODE_ENV=production would leave out what builds and tests.
    npm('ci', '--include=dev', '--no-audit', '--no-fund')
  }
  if (
    !existsSync(join(root, 'generated/prisma/client.ts')) ||
    isNewer('prisma/schema.prisma', 'generated/prisma/client.ts')
  ) {
    run(process.execPath, ['node_modules/prisma/build/index.js', 'generate'])
  }
}

const isNewer = (file, than) => statSync(join(root, file)).mtimeMs > statSync(join(root, than)).mtimeMs

const BUILD_INPUTS = [
  'app',
  'components',
  'lib',
  'prisma/schema.prisma',
  'public',
  'instrumentation.ts',
  'next.config.mjs',
  'package-lock.json',
  'postcss.config.mjs',
  'proxy.ts',
  'tsconfig.json',
]

/** Builds when a source differs from what the last build saw. */
export function ensureBuilt() {
  const mark = join(root, '.next/build-inputs')
  const inputs = digest(BUILD_INPUTS)
  if (existsSync(mark) && existsSync(join(root, '.next/BUILD_ID')) && readFileSync(mark, 'utf8') === inputs) return
  process.stdout.write('Building …\n')
  rmSync(mark, { force: true }) // a build that fails half-way is not the one that the mark speaks of
  run(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
  })
  writeFileSync(mark, inputs)
}

function digest(paths) {
  const hash = createHash('sha256')
  const visit = (path) => {
    const full = join(root, path)
    if (!existsSync(full)) return
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) visit(join(path, name))
    } else if (!/\.test\.tsx?$/.test(path)) {
      hash.update(path).update('\0').update(readFileSync(full)).update('\0')
    }
  }
  for (const path of paths) visit(path)
  return hash.digest('hex')
}

/** A folder for data that every user of this machine who runs a part of us can reach. */
export function dataFolder() {
  const own = join(root, '.data')
  mkdirSync(own, { recursive: true, mode: 0o755 })
  return own
}
