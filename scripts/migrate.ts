import { spawnSync } from 'node:child_process'
import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { databaseProblem } from '@/lib/deployment/database-problem'
import { ping } from '@/lib/deployment/until-usable'
import { migrationUrl } from '@/lib/env'
import { Client } from '@/lib/pg-client.mjs'
import { setBounds } from '@/worker/set-bounds'
import { CommandError, runCommand } from './command'

// `npm run db:migrate`: Prisma's migrations, then the task queue's own tables, in their schema `graphile_worker`. Those
// belong to the role that runs this, and only their owner can use them: the worker connects with the same role.

await runCommand(async () => {
  const url = migrationUrl()
  await ping(url).catch((error) => {
    throw new CommandError(`DATABASE_DIRECT_URL ${databaseProblem(error).message}.`, 1, { cause: error })
  })
  const { status } = spawnSync(process.execPath, ['node_modules/prisma/build/index.js', 'migrate', 'deploy'], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_DIRECT_URL: url },
  })
  if (status !== 0) throw new CommandError('The migrations were not applied; the lines above say why.')
  const pgPool = new pg.Pool({ Client, connectionString: url, max: 1 })
  await runMigrations({ pgPool, logger: new Logger(() => () => undefined) })
  process.stdout.write('The task queue is migrated.\n')
  const set = await setBounds(pgPool)
  await pgPool.end()
  if (set.length > 0) process.stdout.write(`Set on the database, as after a restore: ${set.join(', ')}.\n`)
  return 0
})
