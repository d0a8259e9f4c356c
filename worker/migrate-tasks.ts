import { Logger, runMigrations } from 'graphile-worker'

// The task queue's own tables, in their schema `graphile_worker`; part of `npm run db:migrate`. They belong to the role
// that runs this, and only their owner can use them: the worker connects with the same role.

const connectionString = process.env.DATABASE_DIRECT_URL
if (!connectionString) {
  process.stderr.write('DATABASE_DIRECT_URL is missing\n')
  process.exit(1)
}
await runMigrations({ connectionString, logger: new Logger(() => () => undefined) })
process.stdout.write('The task queue is migrated.\n')
