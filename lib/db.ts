import { PrismaPg } from '@prisma/adapter-pg'
import { Prisma, PrismaClient } from '@/generated/prisma/client'
import { env } from '@/lib/env'

// The server's own bounds (statement_timeout and its kin) are set on the database by the first migration: start-up
// parameters would not pass PgBouncer. These two are the client's: an empty pool or a silent server fails the statement.
const CONNECT_MS = 1_900
const QUERY_MS = 6_000

export { Prisma }
export type Db = PrismaClient

/** `fresh` makes a new connection for each statement, for those that must not be sent into a dead one. */
export function connect(connectionString: string, { max = 10, fresh = false } = {}): Db {
  const adapter = new PrismaPg({
    connectionString,
    max,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    ...(fresh && { maxUses: 1 }),
  })
  return new PrismaClient({ adapter })
}

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
