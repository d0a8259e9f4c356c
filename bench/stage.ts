import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { Client } from '@/lib/pg-client.mjs'
import { freePort, startPostgres } from '@/scripts/dev-db.mjs'
import { localSecrets, startDatabase, startSandbox, WORKER_ARGS, webEnvironment } from '@/scripts/stack.mjs'
import type { Answers, Order } from './product-process'
import { type Grant, seedGrants } from './seed'

/** Where a question is asked: PostgreSQL, the sandbox and the product's processes, each a process of its own. */
export type Stage = Awaited<ReturnType<typeof openStage>>

export type Child = {
  ask<Kind extends Order['kind']>(order: Extract<Order, { kind: Kind }>): Promise<Answers[Kind]>
  end(): Promise<void>
  /** SIGKILL. What it was asked rejects. */
  kill(): Promise<void>
}

type Options = { readonly latencyMs: number }

export async function openStage() {
  const folder = mkdtempSync(join(tmpdir(), 'apd-bench-'))
  chmodSync(folder, 0o755)
  const place = { folder, log: (part: string, line: string) => process.stderr.write(`${part}: ${line}\n`) }
  const secrets = localSecrets(folder)
  const appOrigin = 'http://localhost:3000'
  const ports = { sandbox: await freePort(), oidc: await freePort(), smtp: await freePort() }
  const [database, sandbox] = await Promise.all([
    startDatabase(place, { throwAway: true }),
    startSandbox(place, { appOrigin, ports, secrets }),
  ])
  const environment = {
    ...webEnvironment({ appOrigin, databaseUrl: database.url, sandbox, secrets }),
    LOG_LEVEL: 'silent',
  }
  const pool = new pg.Pool({ Client, connectionString: database.adminUrl, max: 4, options: '-c statement_timeout=0' })
  // What PostgreSQL says while it shuts down may reach a client that is closing, which has no listener of the pool's.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', () => undefined)
  let server: { stop(): Promise<unknown> } = database
  const children = new Set<ChildProcess>()

  async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${sandbox.origin}/control/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`The sandbox answered ${response.status} to ${method} ${path}`)
    return (await response.json()) as T
  }

  const sql = <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    pool.query<Row>(text, values).then((result) => result.rows)

  return {
    sandboxOrigin: sandbox.origin,
    control,
    sql,
    /** As after a fresh start, with an answer that takes so long. */
    async reset({ latencyMs }: Options) {
      await control('POST', 'reset')
      await control('PATCH', 'options', { tokenLatencyMs: latencyMs })
      await sql('TRUNCATE workspace CASCADE')
    },
    /** Connections whose access token is over and whose refresh token lives at the sandbox. */
    seed: (count: number, change = {}): Promise<Grant[]> =>
      seedGrants({ control, sql, tokenKeys: environment.TOKEN_KEYS, count, ...change }),
    /** A process of the product. */
    async start(): Promise<Child> {
      const child = fork('bench/product-process.ts', {
        execArgv: WORKER_ARGS,
        env: { ...process.env, ...environment },
      })
      children.add(child)
      await once(child, 'message')
      const exit = once(child, 'exit').then(() => void children.delete(child))
      const ended = exit.then(() => Promise.reject(new Error('ended')))
      ended.catch(() => undefined)
      return {
        async ask(order) {
          const told = once(child, 'message')
          child.send(order)
          const [answer] = await Promise.race([told, ended])
          return answer
        },
        async end() {
          child.disconnect()
          await exit
        },
        async kill() {
          child.kill('SIGKILL')
          await exit
        },
      }
    },
    /** Stops PostgreSQL, with whatever it is doing, and starts it again. */
    async restartDatabase() {
      await server.stop()
      server = await startPostgres({
        dir: join(folder, 'postgres'),
        port: Number(new URL(database.adminUrl).port),
        log: place.log,
      })
    },
    /** Statements that the server ran for the product since the last call: each commits by itself. */
    async commits(): Promise<number> {
      const [row] = await sql<{ n: string }>(
        `SELECT xact_commit AS n FROM pg_stat_database WHERE datname = current_database()`,
      )
      return Number(row?.n ?? 0)
    },
    async close() {
      for (const child of children) child.kill('SIGKILL')
      await pool.end()
      await Promise.all([sandbox.stop(), server.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
