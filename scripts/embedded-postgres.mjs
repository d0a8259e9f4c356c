// The process that dev-db.mjs starts. Prints one line of JSON when the server is ready. Arguments: data folder, port, then
// flags for the server.
import { existsSync } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { asRoot, embeddedPostgres } from './open-to-postgres.mjs'
import { removeStaleLock } from './postmaster.mjs'

const [dir = '', ownPort, ...flags] = process.argv.slice(2)
const { SUPERUSER_PASSWORD: password = '' } = process.env
delete process.env.SUPERUSER_PASSWORD
// initdb would make the time zone of this machine the one of the server.
process.env.TZ = 'UTC'
const EmbeddedPostgres = await embeddedPostgres()
const port = Number(ownPort)
const log = []
/** Called when a standby takes readers: the package itself waits for one that takes writers. */
let standbyIsReady = () => {}
await mkdir(dirname(dir), { recursive: true, mode: 0o755 })
if (asRoot) await chmod(dirname(dir), 0o755)
process.chdir(dirname(dir)) // where the server's user may be, too

const UTC = ['timezone=UTC', 'log_timezone=UTC']
const settings = (...all) => all.flatMap((setting) => ['-c', setting])

const server = new EmbeddedPostgres({
  databaseDir: dir,
  port,
  user: 'postgres',
  password,
  createPostgresUser: asRoot,
  initdbFlags: ['--encoding=UTF8', '--locale=C'],
  // The time zones also for a data folder of an earlier version, which has the machine's.
  postgresFlags: [...settings('listen_addresses=127.0.0.1', 'unix_socket_directories=', ...UTC), ...flags],
  onLog(line) {
    log.push(line)
    if (line.includes('ready to accept read-only connections')) standbyIsReady()
  },
  onError: (error) => log.push(String(error)),
})
try {
  if (!existsSync(resolve(dir, 'PG_VERSION'))) await server.initialise()
  else await removeStaleLock(dir)
  await Promise.race([server.start(), new Promise((resolve) => (standbyIsReady = resolve))])
} catch (error) {
  process.stderr.write(`PostgreSQL did not start: ${error?.message ?? ''}\n${log.slice(-5).join('')}\n`)
  process.exit(1)
}
const stop = () => server.stop().then(() => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`)
