import 'server-only'
import { type Db, db } from '@/lib/db'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import type { TokenKeys } from '@/lib/vault/keyring'
import { createVault } from '@/lib/vault/seal'

export type Unready = 'database' | 'keys'

type Deps = { readonly database: () => Pick<Db, '$queryRaw'>; readonly keys: () => TokenKeys }
const production: Deps = { database: db, keys: () => env().tokenKeys }

/** What keeps this process from serving, or null: a database that answers and a key that seals are all it needs. */
export async function findUnready({ database, keys }: Deps = production): Promise<Unready | null> {
  const checks = {
    database: async () => void (await database().$queryRaw`SELECT 1`),
    keys: async () => void createVault(keys()),
  }
  for (const name of ['database', 'keys'] as const) {
    try {
      await checks[name]()
    } catch (error) {
      log.error('not ready', { reason: name, error })
      return name
    }
  }
  return null
}
