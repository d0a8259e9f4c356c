import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect } from 'vitest'
import { Client } from '@/lib/pg-client.mjs'
import { startPostgres } from '../dev-db.mjs'
import { migrate } from '../stack.mjs'

export type Server = Awaited<ReturnType<typeof startServer>>

const DATABASE = 'app'
const FLAGS = ['-c', 'fsync=off', '-c', 'max_connections=40', '-c', 'shared_buffers=16MB']

/** Servers of one test file: a primary that archives its log, and physical copies of it. */
export function servers() {
  const root = mkdtempSync(join(tmpdir(), 'apd-copy-'))
  chmodSync(root, 0o755)
  const archive = join(root, 'archive')
  const running: Server[] = []
  const started = async (name: string, flags: string[] = []) => {
    const server = await startServer(join(root, name), [...FLAGS, ...flags])
    running.push(server)
    return server
  }
  /** PostgreSQL runs as a user of its own where this process is root. */
  const give = (path: string) => {
    const { uid, gid } = statSync(join(root, 'primary'))
    chownSync(path, uid, gid)
  }
  const write = (path: string, text: string) => {
    writeFileSync(path, text)
    give(path)
  }

  return {
    async primary(): Promise<Server> {
      const archiving = ['-c', 'archive_mode=on', '-c', `archive_command=cp %p ${archive}/%f`]
      const server = await started('primary', archiving)
      mkdirSync(archive)
      give(archive)
      await server.createDatabase(DATABASE)
      await migrate(
        { folder: root, log: (_: string, line: string) => process.stderr.write(`${line}\n`) },
        server.ownerUrl(DATABASE),
      )
      return server
    },

    /** As `pg_basebackup` does: a copy of the running server's folder, and the log that makes it whole. */
    async baseBackup(primary: Server, name: string): Promise<void> {
      const session = new Client({ connectionString: primary.adminUrl(DATABASE) })
      await session.connect()
      await session.query(`SELECT pg_backup_start('copy', fast => true)`)
      execFileSync('cp', ['-a', join(root, 'primary'), join(root, name)])
      const { rows } = await session.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(true)')
      await session.end()
      rmSync(join(root, name, 'postmaster.pid'))
      rmSync(join(root, name, 'pg_wal'), { recursive: true })
      execFileSync('cp', ['-a', join(root, 'primary', 'pg_wal'), join(root, name, 'pg_wal')])
      write(join(root, name, 'backup_label'), rows[0]?.labelfile ?? '')
    },

    /** Another server from a base backup. `settings` and a signal file say what it is to become. */
    start(backup: string, name: string, signal?: 'standby' | 'recovery', settings: readonly string[] = []) {
      const folder = join(root, name)
      if (!existsSync(folder)) {
        execFileSync('cp', ['-a', join(root, backup), folder])
        copyFileSync(join(root, 'primary-passwords.json'), `${folder}-passwords.json`)
        appendFileSync(join(folder, 'postgresql.auto.conf'), settings.map((line) => `${line}\n`).join(''))
        if (signal) write(join(folder, `${signal}.signal`), '')
      }
      return started(name)
    },

    /** Ends the segment that the primary writes, and waits until the archive has it. */
    async archived(primary: Server): Promise<void> {
      const [segment] = await primary.sql<{ name: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS name')
      await expect.poll(() => existsSync(join(archive, segment?.name ?? ''))).toBe(true)
    },

    restoreCommand: `restore_command = 'cp ${archive}/%f %p'`,

    async close() {
      await Promise.all(running.map((server) => server.stop()))
      rmSync(root, { recursive: true, force: true })
    },
  }
}

async function startServer(dir: string, flags: string[]) {
  const server = await startPostgres({ dir, flags })
  const pool = new pg.Pool({ Client, connectionString: server.adminUrl(DATABASE), max: 2 })
  // A server that is stopped ends idle connections.
  pool.on('error', () => undefined)
  return {
    ...server,
    /** The product's login, and the migrations'. */
    url: server.appUrl(DATABASE),
    directUrl: server.ownerUrl(DATABASE),
    port: Number(new URL(server.appUrl(DATABASE)).port),
    sql: <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      pool.query<Row>(text, values).then((result) => result.rows),
    async stop() {
      await pool.end().catch(() => undefined)
      await server.stop()
    },
  }
}
