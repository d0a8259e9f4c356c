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

  it('is not there without keys', async () => {
    const client = database.client()
    const none = () => {
      throw new Error('no keys')
    }
    expect(await findUnready({ database: () => client, keys: none })).toBe('keys')
  })
})
