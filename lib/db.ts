import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@/generated/prisma/client'
import { env } from '@/lib/env'

// The server's own bounds (statement_timeout and its kin) are set on the database by the first migration: start-up
// parameters would not pass PgBouncer. These two are the client's: an empty pool or a silent server fails the statement.
const CONNECT_MS = 2_000
const QUERY_MS = 6_000

export type Db = PrismaClient

export function connect(connectionString: string, max = 10): Db {
  const adapter = new PrismaPg({
    connectionString,
    max,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
  })
  return new PrismaClient({ adapter })
}

// One client a process; `next dev` reloads modules but keeps globalThis.
const shared = globalThis as { partnerDashboardDb?: Db }

/** The process's database client, connected at first use. */
export function db(): Db {
  shared.partnerDashboardDb ??= connect(env().databaseUrl)
  return shared.partnerDashboardDb
}
