import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '@/lib/db'
import { setLogLevel } from '@/lib/log'
import { parseTokenKeys } from '@/lib/vault/keyring'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { findUnready } from './readiness-views'

setLogLevel('silent')
let database: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

const keys = () =>
  parseTokenKeys(testEnvironment({ databaseUrl: '', sandboxOrigin: '', clientId: '', clientSecret: '' }).TOKEN_KEYS)

describe('readiness', () => {
  it('is there with a database that answers and a key that seals', async () => {
    const client = database.client()
    expect(await findUnready({ database: () => client, keys })).toBeNull()
  })

  it('is not there without a database', async () => {
    const gone = connect('postgresql://app:app@127.0.0.1:1/app')
    expect(await findUnready({ database: () => gone, keys })).toBe('database')
    await gone.$disconnect()
  })

  it('is not there on a schema that is behind, and is on one that is ahead', async () => {
    const client = database.client()
    const ready = () => findUnready({ database: () => client, keys })
    const newest = (column: string) => `UPDATE _prisma_migrations SET ${column}
      WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`
    await database.sql(newest('finished_at = NULL'))
    expect(await ready()).toBe('schema')
    await database.sql(newest('finished_at = now(), rolled_back_at = now()'))
    expect(await ready()).toBe('schema')
    await database.sql(newest('rolled_back_at = NULL'))
    await database.sql(`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
      VALUES ('next', '', '99990101000000_of_the_next_release', now())`)
    expect(await ready()).toBeNull()
  })

  it('is not there on a database that was never migrated', async () => {
    const empty = connect(database.url.replace(/[^/]+$/, 'postgres'))
    expect(await findUnready({ database: () => empty, keys })).toBe('schema')
    await empty.$disconnect()
  })

  it('is not there without keys', async () => {
    const client = database.client()
    const none = () => {
      throw new Error('no keys')
    }
    expect(await findUnready({ database: () => client, keys: none })).toBe('keys')
  })
})
