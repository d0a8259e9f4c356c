import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { Client } from '@/lib/pg-client.mjs'

// The task queue's own tables, in their schema `graphile_worker`; part of `npm run db:migrate`. They belong to the role
// that runs this, and only their owner can use them: the worker connects with the same role.

const connectionString = process.env.DATABASE_DIRECT_URL
if (!connectionString) {
  process.stderr.write('DATABASE_DIRECT_URL is missing\n')
  process.exit(1)
}
const pgPool = new pg.Pool({ Client, connectionString, max: 1 })
await runMigrations({ pgPool, logger: new Logger(() => () => undefined) })
await pgPool.end()
process.stdout.write('The task queue is migrated.\n')
