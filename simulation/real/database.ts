import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Client } from '@/lib/pg-client.mjs'
import { freePort, startPostgres } from '@/scripts/dev-db.mjs'
import { migrate } from '@/scripts/stack.mjs'
import { DIVISOR } from './scale'

export type Database = Awaited<ReturnType<typeof startDatabase>>

// fsync, full_page_writes and synchronous_commit stay as they are: what is acknowledged must survive the kill.
const FLAGS = ['-c', 'max_connections=200']

/** PostgreSQL with the product's schema, which can be killed as by a power cut and comes back with its data. */
export async function startDatabase(folder: string, log: (part: string, line: string) => void) {
  const port = await freePort()
  const start = () => startPostgres({ dir: join(folder, 'data'), flags: FLAGS, port, log })
  let server = await start()
  await server.createDatabase('app')
  const ownerUrl = server.ownerUrl('app')
  await migrate({ folder, log }, ownerUrl)
  // The bounds below are the product's: reading the evidence of an hour takes longer.
  const pool = new pg.Pool({
    Client,
    connectionString: server.adminUrl('app'),
    max: 3,
    options: '-c statement_timeout=0',
  })
  // A killed server ends idle connections; the next statement opens another.
  pool.on('error', () => undefined)
  const sql = <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    pool.query<Row>(text, values).then((result) => result.rows)

  for (const [name, seconds] of [
    ['statement_timeout', 5],
    ['lock_timeout', 2],
    ['idle_in_transaction_session_timeout', 10],
  ] as const) {
    await sql(`ALTER DATABASE app SET ${name} = '${(seconds * 1_000) / DIVISOR}ms'`)
  }
  const [place] = await sql<{ data_directory: string }>('SHOW data_directory')
  const dataFolder = place?.data_directory ?? ''

  return {
    ownerUrl,
    appUrl: server.appUrl('app'),
    port,
    sql,
    /** Who PostgreSQL runs as: no one who follows may be root either. */
    owner: () => {
      const { uid, gid } = statSync(dataFolder)
      return process.getuid?.() === 0 ? { uid, gid } : {}
    },
    /** SIGKILL to the server and every process of it. */
    async kill() {
      const [postmaster] = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n').map(Number)
      if (!postmaster) throw new Error('PostgreSQL does not run')
      const all = [postmaster, ...childrenOf(postmaster)]
      // Its guardian first, or it would notice the death and print it.
      for (const pid of [server.pid ?? 0, ...all]) if (pid > 0) kill(pid)
      await server.ended
      while (all.some(isAlive)) await sleep(10)
    },
    async restart() {
      server = await start()
    },
    async stop() {
      await pool.end()
      await server.stop()
    },
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** A zombie holds nothing anymore: it only waits for someone to ask how it ended. */
const isAlive = (pid: number) => (statOf(pid)?.state ?? 'Z') !== 'Z'

const childrenOf = (parent: number) => allProcesses().filter((pid) => statOf(pid)?.parent === parent)

const hasProc = existsSync('/proc/self/stat')

/** State and parent of a process; null once it is gone. */
function statOf(pid: number): { state: string; parent: number } | null {
  try {
    const stat = hasProc ? readFileSync(`/proc/${pid}/stat`, 'utf8') : `) ${ps('-o', 'state=,ppid=', '-p', `${pid}`)}`
    const [state = 'Z', parent = ''] = stat
      .slice(stat.lastIndexOf(')') + 1)
      .trim()
      .split(/\s+/)
    return { state, parent: Number(parent) }
  } catch {
    return null
  }
}

const allProcesses = () =>
  (hasProc ? readdirSync('/proc') : ps('-A', '-o', 'pid=').split('\n')).map(Number).filter((pid) => pid > 0)

const ps = (...args: string[]) => execFileSync('ps', args, { encoding: 'utf8' })
