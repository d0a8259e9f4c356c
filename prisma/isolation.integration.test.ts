import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acrossWorkspaces, type Db, forUser, inWorkspace, Prisma, type Transaction } from '@/lib/db'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedRows } from './testing/seed-rows'

// Row-level security as the product's role meets it; policies.integration.test.ts reads its rules.

let database: Awaited<ReturnType<typeof freshDatabase>>
/** One connection: what one transaction leaves behind, the next one meets. */
let product: Db
let ours: Awaited<ReturnType<typeof seedRows>>
let theirs: Awaited<ReturnType<typeof seedRows>>
let isolated: string[]
beforeAll(async () => {
  database = await freshDatabase()
  product = database.client(1)
  ours = await seedRows(database.sql, 'Ours')
  theirs = await seedRows(database.sql, 'Theirs')
  const tables = await database.sql<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity`,
  )
  isolated = tables.map(({ name }) => name).sort()
})
afterAll(() => database.close())

const column = (table: string) => Prisma.raw(table === 'workspace' ? 'id' : 'workspace_id')
const workspacesIn = async (on: Pick<Db, '$queryRaw'>, table: string) => {
  const rows = await on.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT ${column(table)}::text AS id FROM ${Prisma.raw(table)} ORDER BY 1`
  return rows.map(({ id }) => id)
}
const everywhere = async (on: Pick<Db, '$queryRaw'>) =>
  Object.fromEntries(await inTurn(isolated, async (table) => [table, await workspacesIn(on, table)]))
const expected = (...ids: string[]) => Object.fromEntries(isolated.map((table) => [table, ids]))

async function inTurn<T>(tables: string[], ask: (table: string) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  for (const table of tables) answers.push(await ask(table))
  return answers
}

describe('a transaction of the product', () => {
  it('finds rows of both workspaces in every isolated table, where it crosses them', async () => {
    const both = [ours.workspaceId, theirs.workspaceId].sort()
    expect(await acrossWorkspaces(product, everywhere)).toEqual(expected(...both))
  })

  it('sees nothing without a setting, and nothing of an earlier one’s on the same connection', async () => {
    expect(await everywhere(product)).toEqual(expected())
    await inWorkspace(product, ours.workspaceId, everywhere)
    await forUser(product, ours.userId, everywhere)
    await acrossWorkspaces(product, everywhere)
    expect(await everywhere(product)).toEqual(expected())
    const failing = inWorkspace(product, ours.workspaceId, (tx) => tx.$queryRaw`SELECT 1 / 0`)
    await expect(failing).rejects.toThrow('22012')
    expect(await everywhere(product)).toEqual(expected())
  })

  it('sees its workspace’s rows alone, whatever it asks for', async () => {
    expect(await inWorkspace(product, ours.workspaceId, everywhere)).toEqual(expected(ours.workspaceId))
    expect(await inWorkspace(product, uuidv7(), everywhere)).toEqual(expected())
  })

  it('sees of a user the memberships and their workspaces, and writes none of them', async () => {
    const seen = await forUser(product, ours.userId, everywhere)
    expect(seen).toEqual({ ...expected(), membership: [ours.workspaceId], workspace: [ours.workspaceId] })
    const written = await forUser(product, ours.userId, async (tx) => [
      (await tx.workspace.updateMany({ data: { name: 'Mine' } })).count,
      (await tx.membership.updateMany({ data: { role: 'owner' } })).count,
      (await tx.membership.deleteMany()).count,
    ])
    expect(written).toEqual([0, 0, 0])
  })

  it('adds and changes no row of another workspace, in any table', async () => {
    for (const table of isolated) {
      const [{ row } = { row: null }] = await database.sql<{ row: object | null }>(
        `SELECT to_jsonb(t) AS row FROM ${table} t WHERE ${table === 'workspace' ? 'id' : 'workspace_id'} = $1 LIMIT 1`,
        [theirs.workspaceId],
      )
      const insert = (tx: Pick<Transaction, '$executeRaw'>) =>
        table === 'audit_event'
          ? tx.$executeRaw`SELECT append_audit(${JSON.stringify({ ...row, id: uuidv7(), sequence: 2 })}::jsonb)`
          : tx.$executeRaw`
              INSERT INTO ${Prisma.raw(table)}
              SELECT * FROM jsonb_populate_record(NULL::${Prisma.raw(table)}, ${JSON.stringify(row)}::jsonb)`
      expect(row, table).not.toBeNull()
      await expect(inWorkspace(product, ours.workspaceId, insert), table).rejects.toThrow(/42501.*row-level security/s)
      await expect(insert(product), table).rejects.toThrow(/42501.*row-level security/s)
      if (table === 'audit_event') continue
      const [{ name } = { name: 'none' }] = await database.sql<{ name: string }>(
        `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
         AND has_column_privilege('partner_dashboard_app', attrelid, attnum, 'UPDATE') LIMIT 1`,
        [table],
      )
      const changed = inWorkspace(
        product,
        ours.workspaceId,
        (tx) => tx.$executeRaw`
          UPDATE ${Prisma.raw(table)} SET ${Prisma.raw(`${name} = ${name}`)}
          WHERE ${column(table)} = ${theirs.workspaceId}::uuid`,
      )
      expect(await changed, table).toBe(0)
    }
  })

  it('cannot hand a row over to another workspace', async () => {
    const handedOver = inWorkspace(
      product,
      ours.workspaceId,
      (tx) => tx.$executeRaw`UPDATE snapshot SET workspace_id = ${theirs.workspaceId}::uuid`,
    )
    await expect(handedOver).rejects.toThrow(/42501.*permission denied/s)
  })
})

describe('what row-level security must not stand in the way of', () => {
  it('is a workspace’s freeze, which statements without a setting heed', async () => {
    const frozen = async () =>
      (
        await product.$queryRaw<{ one: boolean; scanned: boolean }[]>`
          SELECT is_frozen(${ours.workspaceId}::uuid, ${ours.connectionId}::uuid) AS one,
            ${ours.workspaceId}::uuid IN (SELECT frozen_workspaces()) AS scanned`
      )[0]
    expect(await frozen()).toEqual({ one: false, scanned: false })
    await database.sql('UPDATE workspace SET frozen_at = rotation_clock() WHERE id = $1', [ours.workspaceId])
    expect(await frozen()).toEqual({ one: true, scanned: true })
    await database.sql('UPDATE workspace SET frozen_at = NULL')
  })

  it('is a foreign key: a row names no connection of another workspace, not even where all can be seen', async () => {
    const audit = (connectionId: string) => (tx: Transaction) =>
      tx.$queryRaw`
      SELECT append_audit(jsonb_build_object('id', ${uuidv7()}::uuid, 'workspace_id', ${ours.workspaceId}::uuid,
        'at', rotation_clock(), 'sequence', 2, 'hash', decode(repeat('00', 32), 'hex'), 'actor_kind', 'system',
        'action', 'test', 'connection_id', ${connectionId}::uuid, 'outcome', 'done')) AS added`
    await expect(acrossWorkspaces(product, audit(theirs.connectionId))).rejects.toThrow('ForeignKeyConstraintViolation')
    expect(await inWorkspace(product, ours.workspaceId, audit(ours.connectionId))).toEqual([{ added: true }])

    const result = (connectionId: string) => (tx: Transaction) =>
      tx.$executeRaw`
      UPDATE pending_authorization SET result_connection_id = ${connectionId}::uuid
      WHERE workspace_id = ${ours.workspaceId}::uuid`
    await expect(acrossWorkspaces(product, result(theirs.connectionId))).rejects.toThrow(/result_connection_id_fkey/)
    expect(await inWorkspace(product, ours.workspaceId, result(ours.connectionId))).toBe(1)
  })

  it('is the end of a workspace, which takes its rows along', async () => {
    const ending = await seedRows(database.sql, 'Ending')
    // Erasing the log takes more (lib/audit/erase-store.ts).
    await database.sql('DELETE FROM audit_event WHERE workspace_id = $1', [ending.workspaceId])
    const remain = async () => Object.values(await acrossWorkspaces(product, everywhere)).flat()
    expect(await remain()).toContain(ending.workspaceId)
    await inWorkspace(product, ending.workspaceId, (tx) =>
      tx.workspace.deleteMany({ where: { id: ending.workspaceId } }),
    )
    expect(await remain()).not.toContain(ending.workspaceId)
    expect(await database.sql('SELECT FROM credential WHERE workspace_id = $1', [ending.workspaceId])).toEqual([])
  })
})

describe('the owner of the tables', () => {
  it('is held to the policies as well', async () => {
    const owner = database.client(1, database.ownerUrl)
    const seen = await everywhere(owner)
    expect(seen).toEqual({ ...expected(), workspace: [ours.workspaceId, theirs.workspaceId].sort() })
    expect(await inWorkspace(owner, ours.workspaceId, everywhere)).toMatchObject({ connection: [ours.workspaceId] })
    expect(await owner.workspace.updateMany({ data: { name: 'Mine' } })).toEqual({ count: 0 })
  })
})
