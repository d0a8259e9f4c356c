// The product with everything around it, on this machine: PostgreSQL, the sandbox, worker and web. The demo,
// development, the end-to-end tests and the benchmarks start it from here.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { freePort, startPostgres } from './dev-db.mjs'
import { root } from './prepare.mjs'

/**
 * @typedef {{ name: string, stop: () => Promise<void>, ended: Promise<number> }} Part
 * @typedef {{ folder: string, log: (part: string, line: string) => void }} Place where data is kept and lines go
 */

const NEXT = 'node_modules/next/dist/bin/next'
const PRISMA = 'node_modules/prisma/build/index.js'
const TSX = ['--import', 'tsx', '--conditions=react-server']

/** Secrets of this machine's own, made once and kept with the data they belong to. @param {string} folder */
export function localSecrets(folder) {
  const file = join(folder, 'local-secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const random = (bytes = 32) => randomBytes(bytes).toString('base64url')
  const secrets = {
    airwallexClientSecret: random(),
    webhookSecret: `whsec_${random()}`,
    oidcClientSecret: random(),
    nextAuthSecret: random(48),
    cronSecret: random(),
    tokenKeys: `local:${randomBytes(32).toString('base64')}`,
  }
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  return secrets
}

/** The database of DATABASE_URL, or an embedded one; migrated. @param {Place} place @param {{ throwAway?: boolean }} [options] */
export async function startDatabase(place, { throwAway = false } = {}) {
  const given = process.env.DATABASE_URL
  if (given && !throwAway) {
    await migrate(place, given)
    return { url: given, stop: async () => {} }
  }
  const flags = throwAway ? ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200'] : []
  const server = await startPostgres({ dir: join(reachable(place.folder), 'postgres'), port: await freePort(), flags })
  const url = server.url('app')
  if (!(await exists(server.url('postgres'), 'app'))) await server.createDatabase('app')
  await migrate(place, url)
  return { url, stop: () => server.stop() }
}

async function exists(adminUrl, database) {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
  await client.end()
  return rowCount === 1
}

/** Started by root, PostgreSQL runs as a user who may not enter every folder, /root least of all. */
function reachable(folder) {
  if (process.getuid?.() !== 0) return folder
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    if (existsSync(path) && (statSync(path).mode & 0o001) === 0) {
      const elsewhere = join(tmpdir(), `partner-dashboard-${folder.replaceAll(/[^a-z0-9]+/gi, '-')}`)
      mkdirSync(elsewhere, { recursive: true, mode: 0o755 })
      return elsewhere
    }
  }
  return folder
}

async function migrate(place, url) {
  const environment = { DATABASE_URL: url, DATABASE_DIRECT_URL: url }
  const part = start(place, 'migrate', [PRISMA, 'migrate', 'deploy'], environment, { quiet: true })
  if ((await part.ended) !== 0) throw new Error('The database could not be migrated; the lines above say why.')
}

/**
 * @param {Place} place
 * @param {{ appOrigin: string, ports: { sandbox: number, oidc: number, smtp: number }, secrets: ReturnType<typeof localSecrets>, environment?: Record<string, string> }} options
 */
export async function startSandbox(place, { appOrigin, ports, secrets, environment = {} }) {
  const part = start(place, 'sandbox', [...TSX, 'sandbox/server.ts'], {
    SANDBOX_PORT: String(ports.sandbox),
    SANDBOX_OIDC_PORT: String(ports.oidc),
    SANDBOX_SMTP_PORT: String(ports.smtp),
    SANDBOX_APP_ORIGIN: appOrigin,
    SANDBOX_CLIENT_SECRET: secrets.airwallexClientSecret,
    SANDBOX_OIDC_CLIENT_SECRET: secrets.oidcClientSecret,
    SANDBOX_WEBHOOK_SECRET: secrets.webhookSecret,
    ...environment,
  })
  const { origin, oidcIssuer } = await part.said((line) => line.startsWith('{"ready":true') && JSON.parse(line))
  return { ...part, origin, oidcIssuer }
}

/** The product's environment against a sandbox. */
export function webEnvironment({ appOrigin, databaseUrl, sandbox, secrets }) {
  return {
    AIRWALLEX_ENVIRONMENT: 'local',
    AIRWALLEX_LOCAL_ORIGIN: sandbox.origin,
    AIRWALLEX_CLIENT_ID: 'appid_sandboxPartnerApp00001',
    AIRWALLEX_CLIENT_SECRET: secrets.airwallexClientSecret,
    AIRWALLEX_SCOPES: 'account_details:read balance:read transfer:read',
    AIRWALLEX_WEBHOOK_SECRET: secrets.webhookSecret,
    APP_ORIGIN: appOrigin,
    DATABASE_URL: databaseUrl,
    TOKEN_KEYS: secrets.tokenKeys,
    NEXTAUTH_SECRET: secrets.nextAuthSecret,
    CRON_SECRET: secrets.cronSecret,
    OIDC_ISSUER: sandbox.oidcIssuer,
    OIDC_CLIENT_ID: 'partner-dashboard',
    OIDC_CLIENT_SECRET: secrets.oidcClientSecret,
    OIDC_NAME: 'Demo Directory',
    SIGN_IN_EMAIL_DOMAINS: 'partner.example other.example',
    NEXT_TELEMETRY_DISABLED: '1',
  }
}

/**
 * Web, once its page answers. `answersAt` where it is not asked under its own origin (behind a TLS front).
 * @param {Place} place
 * @param {{ port: number, environment: Record<string, string>, dev?: boolean, answersAt?: string }} options
 */
export async function startWeb(place, { port, environment, dev = false, answersAt = environment.APP_ORIGIN }) {
  const part = start(place, 'web', [NEXT, dev ? 'dev' : 'start', '-H', 'localhost', '-p', String(port)], {
    ...environment,
    PORT: String(port),
  })
  await part.answers(`${answersAt}/api/readyz`)
  return part
}

/** @param {Place} place @param {{ environment: Record<string, string> }} options */
export async function startWorker(place, { environment }) {
  return start(place, 'worker', [...TSX, 'worker/run.ts'], environment)
}

function start(place, name, args, environment, { quiet = false } = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const listeners = new Set()
  const recent = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      recent.push(line)
      if (recent.length > 20) recent.shift()
      if (!quiet) place.log(name, line)
      for (const listener of listeners) listener(line)
    })
  }
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
  const failed = ended.then((code) => {
    if (quiet && code !== 0) for (const line of recent) place.log(name, line)
    throw new Error(`${name} ended with code ${code} before it was ready.`)
  })
  failed.catch(() => {})

  return {
    name,
    ended,
    pid: child.pid,
    /** The first line that `pick` makes something of. */
    said: (pick) =>
      Promise.race([
        failed,
        new Promise((resolve) => {
          const listener = (line) => {
            const picked = pick(line)
            if (!picked) return
            listeners.delete(listener)
            resolve(picked)
          }
          listeners.add(listener)
        }),
      ]),
    /** Until an address answers with success. */
    answers: async (address) => {
      let over = false
      ended.then(() => {
        over = true
      })
      for (;;) {
        if (over) await failed
        const response = await fetch(address).catch(() => null)
        if (response?.ok) return
        await new Promise((resolve) => setTimeout(resolve, 150))
      }
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await ended
      clearTimeout(hard)
    },
  }
}
