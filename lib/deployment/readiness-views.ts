import 'server-only'
import { type Db, db } from '@/lib/db'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import type { TokenKeys } from '@/lib/vault/keyring'
import { createVault } from '@/lib/vault/seal'
import { missingMigrations } from './schema-views'

const CHECKS = ['database', 'schema', 'keys'] as const
export type Unready = (typeof CHECKS)[number]

type Deps = { readonly database: () => Pick<Db, '$queryRaw'>; readonly keys: () => TokenKeys }
const production: Deps = { database: db, keys: () => env().tokenKeys }

class SchemaBehindError extends Error {
  override readonly name = 'SchemaBehindError'
}

/** What keeps this process from serving, or null: it needs a database that answers, its schema, and a key that seals. */
export async function findUnready({ database, keys }: Deps = production): Promise<Unready | null> {
  const checks = {
    database: async () => void (await database().$queryRaw`SELECT 1`),
    schema: async () => {
      if ((await missingMigrations(database())).length > 0) throw new SchemaBehindError()
    },
    keys: async () => void createVault(keys()),
  }
  for (const name of CHECKS) {
    try {
      await checks[name]()
    } catch (error) {
      log.error('Not ready', { reason: name, error })
      return name
    }
  }
  return null
}
