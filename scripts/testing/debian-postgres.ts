import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../dev-db.mjs'
import { ensurePostgresql, installedPostgresql } from '../postgresql.mjs'

/** A server of the PostgreSQL that this machine has: pg_dump refuses one that is newer than itself. */
export async function startDebianPostgres() {
  const missing = ensurePostgresql()
  const bin = installedPostgresql()
  if (!bin) throw new Error(missing)
  const folder = mkdtempSync(join(tmpdir(), 'apd-restore-'))
  const data = join(folder, 'data')
  const isRoot = process.getuid?.() === 0
  const id = (kind: string) => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }))
  const owner = isRoot ? { uid: id('-u'), gid: id('-g') } : undefined
  mkdirSync(data, { mode: 0o700 })
  if (owner) for (const path of [folder, data]) chownSync(path, owner.uid, owner.gid)
  const run = (program: string, args: string[]) =>
    execFileSync(join(bin, program), args, { cwd: folder, stdio: 'ignore', ...owner })

  const port = await freePort()
  run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'])
  const flags = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`
  run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', flags, 'start'])
  return {
    /** In front of others: its psql and pg_dump are of the server's version. */
    bin,
    url: (login: string, database: string) => `postgresql://${login}@127.0.0.1:${port}/${database}`,
    stop() {
      run('pg_ctl', ['-D', data, '-w', '-m', 'immediate', 'stop'])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
