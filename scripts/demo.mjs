// `npm run demo`, and with --dev `npm run dev`: everything in one terminal, from a fresh clone on.
// Nothing is imported here by a name that an old Node does not have: requireNode() is to answer there, not the linker.
import { createConnection } from 'node:net'
import { join } from 'node:path'
import util from 'node:util'
import { openFolder } from './open-to-postgres.mjs'
import { isInUse } from './postmaster.mjs'
import { dataFolder, ensureBuilt, ensureInstalled, fail, requireNode } from './prepare.mjs'

requireNode()
const dev = process.argv.includes('--dev')
const port = portIn('PORT', 3000)
const SANDBOX_PORTS = {
  sandbox: ['SANDBOX_PORT', 4010],
  oidc: ['SANDBOX_OIDC_PORT', 4011],
  smtp: ['SANDBOX_SMTP_PORT', 4012],
}
const ports = Object.fromEntries(
  Object.entries(SANDBOX_PORTS).map(([part, [name, usual]]) => [part, portIn(name, usual)]),
)
const appOrigin = process.env.APP_ORIGIN ?? `http://localhost:${port}`

const folder = dataFolder()
if (!process.env.DATABASE_URL && (await isInUse(openFolder(join(folder, 'postgres'), () => {})))) {
  fail('A demo runs in this clone already. Stop it, or run this one in a clone of its own.')
}
await requireFree('PORT', port)
for (const [part, [name]] of Object.entries(SANDBOX_PORTS)) await requireFree(name, ports[part])
ensureInstalled()
if (!dev) ensureBuilt()

const { localSecrets, moveDatabase, startDatabase, startSandbox, startWeb, startWorker, webEnvironment } = await import(
  './stack.mjs'
)
const colors = { postgres: 'blue', sandbox: 'magenta', worker: 'yellow', web: 'cyan', migrate: 'green' }
const place = {
  folder,
  log: (part, line) =>
    process.stdout.write(`${util.styleText(colors[part] ?? 'gray', part.padEnd(8))} ${readable(line)}\n`),
}

/** Started parts, the newest first: each is stopped before what it needs. */
const parts = []
let stopping = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0))

try {
  const secrets = localSecrets(folder)
  const sandboxState = `${folder}/sandbox-state.json`
  const [database, sandbox] = await Promise.all([
    startDatabase(place).then(begun),
    startSandbox(place, { appOrigin, ports, secrets, environment: { SANDBOX_STATE_FILE: sandboxState } }).then(begun),
  ])
  await moveDatabase(database.directUrl, appOrigin)
  const environment = {
    ...webEnvironment({ appOrigin, databaseUrl: database.url, sandbox, secrets }),
    // An https APP_ORIGIN needs it.
    TRUSTED_PROXIES: process.env.TRUSTED_PROXIES ?? '',
  }
  begun(await startWorker(place, { environment, directUrl: database.directUrl }))
  begun(await startWeb(place, { port, environment, dev }))
  process.stdout.write(`
  The dashboard   ${util.styleText('bold', appOrigin)}
  Airwallex       ${sandbox.origin}/control   (the sandbox: break things here; accounts' owners: /owner)
  Mail            ${sandbox.origin}/mail

  Sign in as Ada Okafor, connect an account as Grace Lam. Ctrl-C stops everything; data stays in .data/.

`)
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`)
  await stop(1)
}

function begun(part) {
  parts.unshift(part)
  part.ended?.then((code) => {
    if (stopping) return
    process.stderr.write(`\n${part.name} ended with code ${code}; stopping the rest.\n`)
    void stop(1)
  })
  return part
}

async function stop(code) {
  if (stopping) return
  stopping = true
  for (const part of parts) await part.stop().catch(() => {})
  process.exit(code)
}

/** A line of the product's log as a sentence with its fields behind it; any other line as it is. */
function readable(line) {
  if (!line.startsWith('{"level":')) return line
  const { level, time, msg, ...fields } = JSON.parse(line)
  const told = Object.entries(fields).map(
    ([name, value]) => `${name}=${util.inspect(value, { breakLength: Infinity })}`,
  )
  return [time.slice(11, 23), level >= 50 ? 'ERROR' : level >= 40 ? 'WARN' : '', msg, ...told].filter(Boolean).join(' ')
}

function portIn(name, usual) {
  const value = process.env[name]?.trim() || String(usual)
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value)
  return fail(`${name} must be a number from 0 to 65535.`)
}

async function requireFree(name, wanted) {
  const advice = `Stop what uses it, or choose another one: ${name}=${wanted + 100} npm run ${dev ? 'dev' : 'demo'}`
  for (const host of ['127.0.0.1', '::1']) {
    const taken = await new Promise((resolve) => {
      const probe = createConnection({ port: wanted, host })
      probe.once('connect', () => resolve(true)).once('error', () => resolve(false))
      probe.once('connect', () => probe.destroy())
    })
    if (taken) fail(`Port ${wanted} is in use. ${advice}`)
  }
}
