// The product with everything around it, on this machine: PostgreSQL, the sandbox, worker and web. The demo,
// development, the end-to-end tests and the benchmarks start it from here.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
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

/**
 * The database of DATABASE_URL, or an embedded one; migrated.
 * @param {Place} place
 * @param {{ throwAway?: boolean }} [options]
 */
export async function startDatabase(place, { throwAway = false } = {}) {
  const { DATABASE_URL: given, DATABASE_DIRECT_URL: direct } = process.env
  if (given && !throwAway) {
    await migrate(place, direct || given)
    return { name: 'postgres', url: given, directUrl: direct || given, stop: async () => {} }
  }
  const dir = join(reachable(place), 'postgres')
  const flags = throwAway ? ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200'] : []
  const server = start(place, 'postgres', ['scripts/embedded-postgres.mjs', dir, ...flags], {}, { quiet: true })
  const { admin, url } = await server.said(readiness)
  await createOnce(admin, 'app')
  await migrate(place, url)
  return { ...server, url, directUrl: url }
}

async function createOnce(adminUrl, database) {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
  if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`)
  await client.end()
}

/** Started by root, PostgreSQL runs as a user who may not enter every folder, /root least of all. */
function reachable({ folder, log }) {
  if (process.getuid?.() !== 0) return folder
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    if (!existsSync(path) || statSync(path).mode & 0o001) continue
    const elsewhere = join('/var/lib/partner-dashboard', folder.replaceAll(/[^a-z0-9]+/gi, '-'))
    mkdirSync(elsewhere, { recursive: true, mode: 0o755 })
    log('postgres', `${path} is closed to the user postgres; the data is in ${elsewhere}`)
    return elsewhere
  }
  return folder
}

/** @param {string} url a direct connection, which migrations need */
async function migrate(place, url) {
  const environment = { DATABASE_URL: url, DATABASE_DIRECT_URL: url }
  for (const args of [
    [PRISMA, 'migrate', 'deploy'],
    [...TSX, 'worker/migrate-tasks.ts'],
  ]) {
    const part = start(place, 'migrate', args, environment, { quiet: true })
    if ((await part.ended) !== 0) throw new Error('The database could not be migrated; the lines above say why.')
  }
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
  const { origin, oidcIssuer } = await part.said(readiness)
  return { ...part, origin, oidcIssuer }
}

/** Every variable that the product reads, blank. Next takes from a .env file what is not set; blank is set, and absent. */
function blankEnvironment() {
  const documented = readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^([A-Z][A-Z_]+)=/gm)
  return Object.fromEntries([...documented].map(([, name]) => [name, '']))
}

/**
 * The product's whole environment against a sandbox: nothing of the caller's own, LOG_LEVEL aside.
 * @param {{ appOrigin: string, databaseUrl: string, directUrl?: string, sandbox: { origin: string, oidcIssuer: string }, secrets: ReturnType<typeof localSecrets> }} options
 */
export function webEnvironment({ appOrigin, databaseUrl, directUrl = databaseUrl, sandbox, secrets }) {
  return {
    ...blankEnvironment(),
    LOG_LEVEL: process.env.LOG_LEVEL ?? '',
    AIRWALLEX_ENVIRONMENT: 'local',
    AIRWALLEX_LOCAL_ORIGIN: sandbox.origin,
    AIRWALLEX_CLIENT_ID: 'appid_sandboxPartnerApp00001',
    AIRWALLEX_CLIENT_SECRET: secrets.airwallexClientSecret,
    AIRWALLEX_SCOPES: 'account_details:read balance:read transfer:read',
    AIRWALLEX_WEBHOOK_SECRET: secrets.webhookSecret,
    APP_ORIGIN: appOrigin,
    DATABASE_URL: databaseUrl,
    DATABASE_DIRECT_URL: directUrl,
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
  await part.answers(`${answersAt}/sign-in`)
  return part
}

/** @param {Place} place @param {{ environment: Record<string, string> }} options */
export async function startWorker(place, { environment }) {
  return start(place, 'worker', [...TSX, 'worker/run.ts'], environment)
}

/** What a part says of itself when it is ready. */
const readiness = (line) => line.startsWith('{"ready":true') && JSON.parse(line)

function start(place, name, args, environment, { quiet = false } = {}) {
  // Next decides itself whether it is in production; somebody else's NODE_ENV would only mislead it.
  const { NODE_ENV: _, ...own } = process.env
  const child = spawn(process.execPath, ['--import', './scripts/tether.mjs', ...args], {
    cwd: root,
    env: { ...own, ...environment, PART_IS_TETHERED: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
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
