import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseTokenKeys } from '@/lib/vault/keyring'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedConnection, seedWorkspace } from '@/scripts/testing/seed-connection'
import { newTokenKeyEntry } from './key-label'
import { checkTokenKeys, KeyMismatchError } from './key-record'
import { keyRecordStore } from './key-record-store'
import { sealedValuesStore } from './sealed-values-store'

const [k1, k2, otherK1] = [newTokenKeyEntry('k1'), newTokenKeyEntry('k2'), newTokenKeyEntry('k1')]

let database: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())
beforeEach(() => database.sql('TRUNCATE workspace, token_key CASCADE'))

const check = (tokenKeys: string) => {
  const client = database.client()
  return checkTokenKeys({
    tokenKeys: parseTokenKeys(tokenKeys),
    records: keyRecordStore(client),
    values: sealedValuesStore(client),
    environment: 'local',
  })
}
const ids = async () => (await keyRecordStore(database.client()).all()).map(({ id }) => id)
const connect = async (...accounts: string[]) => {
  const workspaceId = await seedWorkspace(database.sql)
  for (const airwallexAccountId of accounts) {
    const tokens = { accessToken: 'access', refreshToken: 'refresh', accessTokenLeftMs: 1 }
    await seedConnection(database.sql, k1, { workspaceId, airwallexAccountId, ...tokens })
  }
}

describe('the record of token keys', () => {
  it('takes a key under its id once, in any order and beside others', async () => {
    await check(k1)
    await check(`${k2},${k1}`)
    await check(k2)
    expect(await ids()).toEqual(['k1', 'k2'])
  })

  it('refuses another key under an id that it knows, also years later, and says which id', async () => {
    await check(`${k1},${k2}`)
    await check(k2)
    const refused = await check(`${k2},${otherK1}`).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(KeyMismatchError)
    expect((refused as Error).message).toContain('another key than before under the id "k1".')
    expect((refused as Error).message).not.toContain(otherK1.slice(3))
    await check(`${k2},${k1}`)
  })

  it('does not take a key that opens nothing of what its id sealed: the database is older than the record', async () => {
    await connect('acct_1', 'acct_2')
    await expect(check(otherK1)).rejects.toThrow('under the id "k1"')
    expect(await ids()).toEqual([])
    await database.sql(`UPDATE credential SET sealed_refresh_token = sealed_access_token
      WHERE connection_id = (SELECT min(connection_id::text)::uuid FROM credential)`)
    await check(k1)
    expect(await ids()).toEqual(['k1'])
  })

  it('lets one of two win that start at once with different keys, and the other fail', async () => {
    const outcomes = await Promise.allSettled([check(k1), check(otherK1)])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('cannot be changed by the product', async () => {
    await check(k1)
    for (const statement of ['UPDATE token_key SET label = id', 'DELETE FROM token_key'])
      await expect(database.client().$executeRawUnsafe(statement)).rejects.toThrow(/permission denied/)
  })
})
