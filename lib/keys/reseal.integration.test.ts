import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Client } from '@/lib/pg-client.mjs'
import { parseTokenKeys } from '@/lib/vault/keyring'
import { createVault, storedSealedToken, type Vault } from '@/lib/vault/seal'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedConnection, seedWorkspace } from '@/scripts/testing/seed-connection'
import { newTokenKeyEntry } from './key-label'
import { keyReaderStore } from './key-reader-store'
import { reseal } from './reseal'
import { sealedValuesStore } from './sealed-values-store'

const [old, fresh] = [newTokenKeyEntry('k1'), newTokenKeyEntry('k2')]
const both = createVault(parseTokenKeys(`${fresh},${old}`))
const onlyNew = createVault(parseTokenKeys(fresh))

let database: Awaited<ReturnType<typeof freshDatabase>>
let store: ReturnType<typeof sealedValuesStore>
let workspaceId: string
beforeAll(async () => {
  database = await freshDatabase()
  store = sealedValuesStore(database.client(10))
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.sql('TRUNCATE workspace, partner_user, key_reader CASCADE')
  workspaceId = await seedWorkspace(database.sql)
})

const connect = (name: string, key = old) =>
  seedConnection(database.sql, key, {
    workspaceId,
    airwallexAccountId: `acct_${name}`,
    accessToken: `access-${name}`,
    refreshToken: `refresh-${name}`,
    accessTokenLeftMs: 100_000,
  })

async function authorize(sealedWith = old) {
  const [userId, id] = [uuidv7(), uuidv7()]
  const binding = { field: 'code_verifier', environment: 'local', workspaceId, pendingAuthorizationId: id } as const
  const verifier = await createVault(parseTokenKeys(sealedWith)).seal(binding, `verifier-${id}`)
  await database.sql('INSERT INTO partner_user (id) VALUES ($1)', [userId])
  await database.sql(
    `INSERT INTO pending_authorization (id, workspace_id, user_id, session_id, environment, purpose, state_digest,
       cookie_digest, sealed_code_verifier, redirect_uri, requested_scopes, expires_at)
     VALUES ($1, $2, $3, $1, 'local', 'connect', $4, 'c', $5, 'http://localhost/', '{}', now() + interval '10 minutes')`,
    [id, workspaceId, userId, id, verifier],
  )
  return id
}

type Row = Record<string, unknown> & { sealed_access_token: string; sealed_refresh_token: string; generation: number }
const row = async (connectionId: string) =>
  (await database.sql<Row>('SELECT * FROM credential WHERE connection_id = $1', [connectionId]))[0] as Row
const withoutSeals = ({ sealed_access_token, sealed_refresh_token, ...rest }: Row) => rest

async function tokens(connectionId: string, vault = onlyNew) {
  const { sealed_access_token, sealed_refresh_token, generation } = await row(connectionId)
  const binding = { environment: 'local', workspaceId, connectionId, grantNo: 1, generation }
  const opened = await Promise.all([
    vault.open({ ...binding, field: 'access_token' }, storedSealedToken(sealed_access_token)),
    vault.open({ ...binding, field: 'refresh_token' }, storedSealedToken(sealed_refresh_token)),
  ])
  return opened.map((outcome) => (outcome.kind === 'opened' ? outcome.value.reveal() : outcome.kind))
}

const run = (vault: Vault = both, from = ['k1']) => reseal({ store, vault, environment: 'local', from })

/** What a rotation's commit leaves in the row. */
async function rotated(connectionId: string, sealer: Vault) {
  const binding = { environment: 'local', workspaceId, connectionId, grantNo: 1, generation: 2 }
  return [
    connectionId,
    await sealer.seal({ ...binding, field: 'access_token' }, 'access-newer'),
    await sealer.seal({ ...binding, field: 'refresh_token' }, 'refresh-newer'),
  ]
}
const COMMIT = `UPDATE credential SET generation = 2, sealed_access_token = $2, sealed_refresh_token = $3
  WHERE connection_id = $1`

describe('reseal', () => {
  it('seals every value with the writing key, bound as before, and changes nothing else of the row', async () => {
    const ids = await Promise.all(['a', 'b', 'c'].map((name) => connect(name)))
    const pendingAuthorizationId = await authorize()
    const before = await Promise.all(ids.map(row))
    expect(await run()).toEqual({ resealed: 7, overtaken: 0, unreadable: 0 })
    expect(await Promise.all(ids.map((id) => tokens(id)))).toEqual(
      ['a', 'b', 'c'].map((name) => [`access-${name}`, `refresh-${name}`]),
    )
    expect((await Promise.all(ids.map(row))).map(withoutSeals)).toEqual(before.map(withoutSeals))
    const [pending] = await database.sql<{ sealed: string }>(
      'SELECT sealed_code_verifier AS sealed FROM pending_authorization',
    )
    const binding = { field: 'code_verifier', environment: 'local', workspaceId, pendingAuthorizationId } as const
    const opened = await onlyNew.open(binding, storedSealedToken(pending?.sealed ?? ''))
    expect(opened.kind === 'opened' && opened.value.reveal()).toBe(`verifier-${pendingAuthorizationId}`)
  })

  it('goes through more rows than a batch has, and finds nothing the second time', async () => {
    for (let i = 0; i < 430; i++) await connect(String(i))
    expect(await run()).toMatchObject({ resealed: 860 })
    expect(await store.countByKey()).toEqual([
      { field: 'refresh_token', keyId: 'k2', values: 430 },
      { field: 'access_token', keyId: 'k2', values: 430 },
    ])
    expect(await run()).toEqual({ resealed: 0, overtaken: 0, unreadable: 0 })
  })

  it('does not overwrite a rotation that commits between its read and its write', async () => {
    const connectionId = await connect('a')
    const values = await rotated(connectionId, createVault(parseTokenKeys(`${old},${fresh}`)))
    let committed = false
    const overtakenVault: Vault = {
      ...both,
      async seal(binding, value) {
        if (!committed) await database.sql(COMMIT, values)
        committed = true
        return both.seal(binding, value)
      },
    }
    expect(await run(overtakenVault)).toMatchObject({ overtaken: 1 })
    expect(await tokens(connectionId, both)).toEqual(['access-newer', 'refresh-newer'])
    expect((await row(connectionId)).generation).toBe(2)
  })

  it('does not overwrite a rotation whose commit its write had to wait for', async () => {
    const connectionId = await connect('a')
    const values = await rotated(connectionId, both)
    const rotation = new Client({ connectionString: database.adminUrl })
    await rotation.connect()
    await rotation.query('BEGIN')
    await rotation.query(COMMIT, values)
    const running = run()
    const waiting = () =>
      database.sql(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`)
    await expect.poll(async () => (await waiting()).length).toBe(1)
    await rotation.query('COMMIT')
    await rotation.end()
    expect(await running).toEqual({ resealed: 0, overtaken: 1, unreadable: 0 })
    expect(await tokens(connectionId)).toEqual(['access-newer', 'refresh-newer'])
  })

  it('counts what names an unknown key, or none, and changes none of it', async () => {
    const lost = await connect('lost', newTokenKeyEntry('lost'))
    const broken = await connect('broken')
    await database.sql(
      `UPDATE credential SET sealed_access_token = 'no=jwe', sealed_refresh_token = 'bnVsbA.A' WHERE connection_id = $1`,
      [broken],
    )
    const before = [await row(lost), await row(broken)]
    expect(await run()).toEqual({ resealed: 0, overtaken: 0, unreadable: 0 })
    expect([await row(lost), await row(broken)]).toEqual(before)
    expect(await store.countByKey()).toEqual([
      { field: 'refresh_token', keyId: 'lost', values: 1 },
      { field: 'refresh_token', keyId: null, values: 1 },
      { field: 'access_token', keyId: 'lost', values: 1 },
      { field: 'access_token', keyId: null, values: 1 },
    ])
  })

  it('leaves a value that does not open where it stands', async () => {
    const [a, b] = [await connect('a'), await connect('b')]
    await database.sql(
      `UPDATE credential SET sealed_refresh_token =
         (SELECT sealed_refresh_token FROM credential WHERE connection_id = $2) WHERE connection_id = $1`,
      [a, b],
    )
    const moved = (await row(a)).sealed_refresh_token
    expect(await run()).toEqual({ resealed: 3, overtaken: 0, unreadable: 1 })
    expect((await row(a)).sealed_refresh_token).toBe(moved)
  })

  it.each(['', '.', 'A', 'AA==', '_-8', 'A'.repeat(999), '{"kid":"k1"}', 'AAAA.', '\\x00.'])(
    'counts %j under no key without an error',
    async (value) => {
      const connectionId = await connect('a')
      await database.sql('UPDATE credential SET sealed_refresh_token = $2 WHERE connection_id = $1', [
        connectionId,
        value,
      ])
      expect((await store.countByKey())[0]).toEqual({ field: 'refresh_token', keyId: null, values: 1 })
    },
  )
})

describe('running processes', () => {
  it('are those that were seen within a minute, each with its keys in their order', async () => {
    const readers = keyReaderStore(database.client())
    const id = uuidv7()
    await readers.tell({ id, process: 'web a/1', keys: ['k1:00', 'k2:00'] })
    await readers.tell({ id, process: 'web a/1', keys: ['k1:00', 'k2:00'] })
    await readers.tell({ id: uuidv7(), process: 'worker b/2', keys: ['k2:00'] })
    await database.sql(
      `UPDATE key_reader SET last_seen_at = now() - interval '61 seconds' WHERE process = 'worker b/2'`,
    )
    expect(await readers.running()).toEqual([{ process: 'web a/1', keys: ['k1:00', 'k2:00'], secondsAgo: 0 }])
    await database.sql(`UPDATE key_reader SET last_seen_at = now() - interval '25 hours' WHERE process = 'worker b/2'`)
    await readers.tell({ id, process: 'web a/1', keys: ['k1:00', 'k2:00'] })
    expect(await database.sql('SELECT process FROM key_reader')).toEqual([{ process: 'web a/1' }])
  })
})
