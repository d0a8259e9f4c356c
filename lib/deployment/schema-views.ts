import 'server-only'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Db, db as sharedDb } from '@/lib/db'

/**
 * The migrations that this build was made with and the database has not. A database that is ahead is fine: the next
 * release migrates before the last of this one ends.
 */
export async function missingMigrations(
  db: Pick<Db, '$queryRaw'> = sharedDb(),
  known = builtWith(),
): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT migration_name AS "name" FROM public._prisma_migrations
    WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`
  const applied = new Set(rows.map(({ name }) => name))
  return known.filter((name) => !applied.has(name))
}

/** Their folders; next.config.mjs takes them along where a build is cut down to what it reads. */
function builtWith(): string[] {
  const folder = join(process.cwd(), 'prisma/migrations')
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}
