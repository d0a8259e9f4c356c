// The product with everything around it, on this machine: PostgreSQL, the sandbox, worker and web. The demo,
// development, the end-to-end tests and the benchmarks start it from here.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '../lib/pg-client.mjs'
import { startPostgres } from './dev-db.mjs'
import { readiness, startPart } from './part.mjs'
import { root } from './prepare.mjs'

/** @typedef {{ folder: string, log: (part: string, line: string) => void }} Place where data is kept and lines go */

const NEXT = 'node_modules/next/dist/bin/next'
const TSX = ['--import', 'tsx', '--conditions=react-server']
/** What web and worker print is JSON. */
const JSON_OUTPUT = ['--import', './scripts/json-output.mjs']
/** As `npm run worker` does: it needs 40 MB of heap, and without a bound Node would let the garbage grow. */
export const WORKER_ARGS = ['--max-old-space-size=128', ...TSX]

/** Secrets of this machine's own, made once and kept with the data they belong to. @param {string} folder */
export function localSecrets(folder) {
  const file = join(folder, 'local-secrets.json')
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const random = (bytes = 32) => randomBytes(bytes).toString('base64url')
  const secrets = {
    airwallexClientSecret: random(),
    webhookSecret: `whsec_${random()}`,
    oidcClientSecret: random(),
    nextAuthSecret: random(48),
    cronSecret: random(),
    tokenKeys: `local:${randomBytes(32).toString('base64')}`,
    auditKey: randomBytes(32).toString('base64'),
    // What an earlier version made stays as it is.
    ...kept,
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
    if (!direct) throw new Error('DATABASE_URL also needs DATABASE_DIRECT_URL, of the role that owns the tables.')
    await migrate(place, direct)
    return { name: 'postgres', url: given, directUrl: direct, adminUrl: direct, stop: async () => {} }
  }
  const flags = throwAway ? ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200'] : []
  const server = await startPostgres({ dir: join(place.folder, 'postgres'), flags, log: place.log })
  const database = 'partner_dashboard'
  const directUrl = server.ownerUrl(database)
  await server.createDatabase(database)
  await migrate(place, directUrl)
  return { ...server, url: server.appUrl(database), directUrl, adminUrl: server.adminUrl(database) }
}

/** @param {string} url a direct connection of the owner, which migrations need */
export async function migrate(place, url) {
  const program = [...TSX, 'scripts/migrate.ts']
  const part = startPart(place, 'migrate', program, { DATABASE_DIRECT_URL: url }, { quiet: true })
  if ((await part.ended) !== 0) throw new Error('The database could not be migrated; the lines above say why.')
}

/**
 * What `npm run quarantine -- move` does: the demo may have another port each time, and its database belongs to one address.
 * @param {string} url of the tables' owner @param {string} appOrigin
 */
export async function moveDatabase(url, appOrigin) {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`UPDATE deployment SET app_origin = $1 WHERE environment = 'local'`, [appOrigin])
  await client.end()
}

/**
 * @param {Place} place
 * @param {{ appOrigin: string, ports: { sandbox: number, oidc: number, smtp: number }, secrets: ReturnType<typeof localSecrets>, environment?: Record<string, string> }} options
 */
export async function startSandbox(place, { appOrigin, ports, secrets, environment = {} }) {
  const part = startPart(place, 'sandbox', [...TSX, 'sandbox/server.ts'], {
    SANDBOX_PORT: String(ports.sandbox),
    SANDBOX_OIDC_PORT: String(ports.oidc),
    SANDBOX_SMTP_PORT: String(ports.smtp),
    SANDBOX_APP_ORIGIN: appOrigin,
    SANDBOX_CLIENT_SECRET: secrets.airwallexClientSecret,
    SANDBOX_OIDC_CLIENT_SECRET: secrets.oidcClientSecret,
    SANDBOX_WEBHOOK_SECRET: secrets.webhookSecret,
    ...environment,
  })
  const { origin, oidcIssuer, smtpPort } = await part.said(readiness)
  return { ...part, origin, oidcIssuer, smtpPort }
}

/** Every variable that the product reads, blank. Next takes from a .env file what is not set; blank is set, and absent. */
function blankEnvironment() {
  const documented = readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^([A-Z][A-Z_]+)=/gm)
  return Object.fromEntries([...documented].map(([, name]) => [name, '']))
}

/**
 * The product's whole environment against a sandbox: nothing of the caller's own, LOG_LEVEL aside.
 * @param {{ appOrigin: string, databaseUrl: string, sandbox: { origin: string, oidcIssuer: string, smtpPort: number }, secrets: ReturnType<typeof localSecrets> }} options
 */
export function webEnvironment({ appOrigin, databaseUrl, sandbox, secrets }) {
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
    TOKEN_KEYS: secrets.tokenKeys,
    AUDIT_KEY: secrets.auditKey,
    NEXTAUTH_SECRET: secrets.nextAuthSecret,
    CRON_SECRET: secrets.cronSecret,
    OIDC_ISSUER: sandbox.oidcIssuer,
    OIDC_CLIENT_ID: 'partner-dashboard',
    OIDC_CLIENT_SECRET: secrets.oidcClientSecret,
    OIDC_NAME: 'Demo Directory',
    EMAIL_SERVER: `smtp://localhost:${sandbox.smtpPort}`,
    EMAIL_FROM: 'Partner Dashboard <no-reply@partner.example>',
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
  const program = dev ? [NEXT, 'dev'] : [...JSON_OUTPUT, 'scripts/web.mjs']
  const part = startPart(place, 'web', [...program, '-H', 'localhost', '-p', String(port)], environment)
  await part.answers(`${answersAt}/api/readyz`)
  await part.answers(`${answersAt}/sign-in`)
  return part
}

/** @param {Place} place @param {{ environment: Record<string, string>, directUrl: string }} options */
export async function startWorker(place, { environment, directUrl }) {
  return startPart(place, 'worker', [...JSON_OUTPUT, ...WORKER_ARGS, 'worker/run.ts'], {
    ...environment,
    DATABASE_DIRECT_URL: directUrl,
  })
}
