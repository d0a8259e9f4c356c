import 'server-only'
import { createHash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import type { ClientBase } from 'pg'
import { Prisma, PrismaClient } from '@/generated/prisma/client'
import { env } from '@/lib/env'
import { Client } from '@/lib/pg-client.mjs'

// The server's own bounds (statement_timeout and its kin) are set on the database by the first migration, and checked at
// the start: PgBouncer refuses them as start-up parameters. These two are the client's: an empty pool or a silent server
// fails the statement.
const CONNECT_MS = 1_900
const QUERY_MS = 6_000
const TRANSACTION_MS = 10_000

export { Prisma }
export type Db = PrismaClient
/** Inside one of `inWorkspace`, `forUser`, `acrossWorkspaces`. */
export type Transaction = Prisma.TransactionClient

/** `fresh` makes a new connection for each statement, for those that must not be sent into a dead one. */
export function connect(connectionString: string, { max = 10, fresh = false } = {}): Db {
  let isDirect: boolean | undefined
  const adapter = new PrismaPg(
    {
      Client,
      connectionString,
      max,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: QUERY_MS,
      ...(fresh ? { maxUses: 1 } : { onConnect }),
    },
    { statementNameGenerator: ({ sql }) => (isDirect && sql.startsWith(PREPARED) ? nameOf(sql) : '') },
  )

  // A named statement belongs to one connection of the server. Behind PgBouncer and its like the next one may be another,
  // which shows in that not the process answers that greeted (docs/adr/0029-prepared-where-nothing-stands-between.md).
  async function onConnect(client: ClientBase & { readonly processID?: number }) {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    isDirect = isDirect !== false && rows[0]?.pid === client.processID
  }

  return new PrismaClient({ adapter, errorFormat: 'minimal' })
}

const PREPARED = '/* prepared */'
const nameOf = (sql: string) => createHash('sha256').update(sql).digest('base64url')

/** Has PostgreSQL plan a statement once a connection, where it can. For texts of which there are few, each about one row. */
export const prepared = (statement: Prisma.Sql): Prisma.Sql => Prisma.sql`${Prisma.raw(PREPARED)} ${statement}`

// One client a process; `next dev` reloads modules but keeps globalThis.
const shared = globalThis as { partnerDashboardDb?: Db; partnerDashboardFreshDb?: Db }

/** The process's database client, connected at first use. */
export function db(): Db {
  shared.partnerDashboardDb ??= connect(env().databaseUrl)
  return shared.partnerDashboardDb
}

/** Like `db()`, with a new connection for each statement. */
export function freshDb(): Db {
  shared.partnerDashboardFreshDb ??= connect(env().databaseUrl, { max: 4, fresh: true })
  return shared.partnerDashboardFreshDb
}

// Row-level security (prisma/migrations/20261123100000_isolation) shows a statement the rows that its transaction is
// for, and without one of these three none. The setting is the transaction's: PgBouncer's transaction mode keeps it, and
// the connection's next transaction begins without.

/** Runs `work` where only the rows of this workspace exist. Nothing else than statements belongs inside. */
export function inWorkspace<T>(db: Db, workspaceId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return transaction(db, 'app.workspace_id', workspaceId, work)
}

/** Runs `work` where a partner user's own memberships, and the workspaces these name, can be read; nothing written. */
export function forUser<T>(db: Db, userId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return transaction(db, 'app.user_id', userId, work)
}

/** For what crosses workspaces by nature: admission at sign-in, webhooks, the worker's scans, purge. Never a page. */
export function acrossWorkspaces<T>(db: Db, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return transaction(db, 'app.across_workspaces', 'on', work)
}

function transaction<T>(db: Db, setting: string, value: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT set_config(${setting}, ${value}, true)`
      return work(tx)
    },
    { maxWait: CONNECT_MS, timeout: TRANSACTION_MS },
  )
}
