import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '@/lib/pg-client.mjs'
import { freePort } from '@/scripts/dev-db.mjs'
import { installedPgBouncer } from '@/scripts/pgbouncer.mjs'

type Options = {
  readonly folder: string
  /** The application's own, to the database itself. */
  readonly appUrl: string
  /** Empty unless this process is root, as whom PgBouncer refuses to run. */
  readonly owner: { readonly uid?: number; readonly gid?: number }
  readonly poolSize?: number
}

const START_LIMIT_MS = 20_000

/** PgBouncer in transaction mode before the application's database. */
export async function startPgBouncer({ folder, appUrl, owner, poolSize = 20 }: Options) {
  const program = installedPgBouncer()
  if (!program) throw new Error('PgBouncer is not installed')
  const port = await freePort()
  const configuration = join(folder, 'pgbouncer.ini')
  writeFileSync(configuration, configurationOf(port, new URL(appUrl), poolSize), { mode: 0o600 })
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(configuration, owner.uid, owner.gid)
  // It ends with the pipe that is its shell's standard input: also when we end without a word.
  const child = spawn('/bin/sh', ['-c', '"$0" -q "$1" & cat > /dev/null; kill -INT $!', program, configuration], {
    ...owner,
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const url = Object.assign(new URL(appUrl), { port }).href
  await answers(url)
  return {
    url,
    async stop() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}

// After a failed login PgBouncer waits `server_login_retry` before it tries the database again: by default 15 s, which is
// a good part of the window in which a refresh may be repeated (docs/operations.md).
const configurationOf = (
  port: number,
  { port: behind, pathname, username, password }: URL,
  poolSize: number,
) => `[databases]
${pathname.slice(1)} = host=127.0.0.1 port=${behind} dbname=${pathname.slice(1)} user=${username} password=${password}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
pool_mode = transaction
auth_type = any
default_pool_size = ${poolSize}
max_client_conn = 500
server_login_retry = 1
`

async function answers(connectionString: string): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS
  for (;;) {
    const client = new Client({ connectionString })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query('SELECT 1')
      return
    } catch (cause) {
      if (performance.now() > deadline) throw new Error('PgBouncer did not start', { cause })
      await sleep(100)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}
