import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { Client } from '@/lib/pg-client.mjs'
import { setBounds } from './set-bounds'

// The task queue's own tables, in their schema `graphile_worker`; part of `npm run db:migrate`. They belong to the role
// that runs this, and only their owner can use them: the worker connects with the same role.

const connectionString = process.env.DATABASE_DIRECT_URL
if (!connectionString) {
  process.stderr.write('DATABASE_DIRECT_URL is missing\n')
  process.exit(1)
}
const pgPool = new pg.Pool({ Client, connectionString, max: 1 })
await runMigrations({ pgPool, logger: new Logger(() => () => undefined) })
process.stdout.write('The task queue is migrated.\n')
const set = await setBounds(pgPool)
await pgPool.end()
if (set.length > 0) process.stdout.write(`Set on the database, as after a restore: ${set.join(', ')}.\n`)
