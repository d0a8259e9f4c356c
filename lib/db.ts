import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@/generated/prisma/client'
import { env } from '@/lib/env'

// Bounds of every statement: a page must not wait for a lock, and a claim must fail within 2 s when the pool is empty
// (docs/rotation.md, F35). They are set per connection, which PgBouncer refuses as start-up parameters
// (ignore_startup_parameters lets them pass).
const BOUNDS = '-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000'

export type Db = PrismaClient

export function connect(connectionString: string, max = 10): Db {
  const adapter = new PrismaPg({ connectionString, max, connectionTimeoutMillis: 2_000, options: BOUNDS })
  return new PrismaClient({ adapter })
}

// One client a process; `next dev` reloads modules but keeps globalThis.
const shared = globalThis as { partnerDashboardDb?: Db }

/** The process's database client, connected at first use. */
export function db(): Db {
  shared.partnerDashboardDb ??= connect(env().databaseUrl)
  return shared.partnerDashboardDb
}
