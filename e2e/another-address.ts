import { Client } from '../lib/pg-client.mjs'
import { moveDatabase } from '../scripts/stack.mjs'
import { origins } from './origins'

/** Any number: those who take the same one wait for each other. */
const LOCK = 4_711

/**
 * Starts a second web on this run's database. A database belongs to one address, and only a start asks for it: it moves
 * there and back, one test at a time.
 */
export async function atAnotherAddress<T>(origin: string, start: () => Promise<T>): Promise<T> {
  const options = '-c statement_timeout=0 -c lock_timeout=0'
  const client = new Client({ connectionString: origins.databaseUrl, options })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    await moveDatabase(origins.databaseUrl, origin)
    return await start()
  } finally {
    await moveDatabase(origins.databaseUrl, origins.app)
    await client.end()
  }
}
