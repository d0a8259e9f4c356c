import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { acrossWorkspaces, type Db, inWorkspace, type Transaction } from '@/lib/db'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedWorkspace } from '@/scripts/testing/seed-connection'
import type { AuditEvent } from './audit'
import { recordAudit } from './audit-store'
import { eraseWorkspaceAudit } from './erase-store'
import { auditCommand } from './testing/audit-command'

// Who has the application's login but not AUDIT_KEY, against the log and the command that verifies it.

const services = {
  sandboxOrigin: 'http://127.0.0.1:4010',
  clientId: 'appid_test',
  clientSecret: 'Zq8-Zq7_Zq6.Zq5~abcdefgh',
}
let database: Awaited<ReturnType<typeof freshDatabase>>
let attacker: Db
let environment: ReturnType<typeof testEnvironment>
let folder: string
let workspaceId: string

beforeAll(async () => {
  database = await freshDatabase()
  attacker = database.client(2)
  folder = mkdtempSync(join(tmpdir(), 'apd-attack-'))
  environment = testEnvironment({ databaseUrl: database.url, ...services })
  Object.assign(process.env, environment)
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await database.close()
})
beforeEach(async () => {
  await database.sql('TRUNCATE audit_event, audit_head')
  await database.sql('DELETE FROM workspace')
  workspaceId = await seedWorkspace(database.sql)
})

const event = (id: string | null): AuditEvent => ({
  workspaceId: id,
  actor: { kind: 'system' },
  action: 'workspace.renamed',
  outcome: 'renamed',
})
const command = (...args: string[]) => auditCommand(environment, args)

/** Two entries of the workspace and one of the deployment, whose heads are kept elsewhere. */
async function logWithKeptHeads(): Promise<string> {
  await inWorkspace(attacker, workspaceId, (tx) => recordAudit(tx, event(workspaceId)))
  await acrossWorkspaces(attacker, (tx) => recordAudit(tx, event(workspaceId), event(null)))
  const file = join(folder, `${workspaceId}.jsonl`)
  writeFileSync(file, (await command('head')).output)
  return file
}

/** An entry as the table has it, with a hash that only looks like one. */
const forged = (changes: Record<string, unknown>) =>
  JSON.stringify({
    id: uuidv7(),
    at: new Date(),
    actor_kind: 'system',
    action: 'workspace.deleted',
    outcome: 'deleted',
    hash: `\\x${'ab'.repeat(32)}`,
    ...changes,
  })

async function append(tx: Transaction, entry: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ added: boolean }[]>`SELECT append_audit(${entry}::jsonb) AS added`
  return row?.added ?? false
}

const revive = (tx: Transaction) =>
  tx.$executeRaw`INSERT INTO workspace (id, name) VALUES (${workspaceId}::uuid, 'Again')`

describe('a workspace whose log is erased by a forged deletion', () => {
  const erase = (claim: (entries: number, head: string) => Record<string, unknown>) =>
    acrossWorkspaces(attacker, async (tx) => {
      await tx.$executeRaw`DELETE FROM workspace WHERE id = ${workspaceId}::uuid`
      const [end] = await tx.$queryRaw<{ sequence: number; hash: string }[]>`
        SELECT sequence, encode(hash, 'hex') AS hash FROM lock_audit_head(${workspaceId}::uuid)`
      const detail = { workspaceId, ...claim(end?.sequence ?? 0, end?.hash ?? '') }
      expect(await append(tx, forged({ sequence: 2, detail }))).toBe(true)
      await tx.$executeRaw`SELECT erase_workspace_audit(${workspaceId}::uuid)`
      await revive(tx)
    })

  it('is broken in the deployment’s chain and by the head that was kept, and never erased', async () => {
    const kept = await logWithKeptHeads()
    await erase((entries, head) => ({ entries, head }))
    expect((await command('verify')).status).toBe(1)
    const { status, output } = await command('verify', '--head', kept)
    expect(status).toBe(1)
    expect(output).toContain('deployment: BROKEN at entry 2')
    expect(output).toContain(`workspace ${workspaceId}: BROKEN at entry 1`)
    expect(output).not.toContain('erased with')
  })

  it('keeps it where the deletion names another length or another end', async () => {
    const kept = await logWithKeptHeads()
    for (const claim of [
      (entries: number, head: string) => ({ entries: entries + 1, head }),
      (entries: number) => ({ entries, head: 'ab'.repeat(32) }),
    ]) {
      await expect(erase(claim)).rejects.toThrow('says that the workspace was deleted')
    }
    expect(await command('verify', '--head', kept)).toMatchObject({ status: 0 })
  })
})

describe('a workspace that was really deleted', () => {
  it('is broken when it is there again', async () => {
    const kept = await logWithKeptHeads()
    await acrossWorkspaces(attacker, async (tx) => {
      await tx.$executeRaw`DELETE FROM workspace WHERE id = ${workspaceId}::uuid`
      await eraseWorkspaceAudit(tx, workspaceId, {})
    })
    expect(await command('verify', '--head', kept)).toMatchObject({
      status: 0,
      output: expect.stringContaining(`workspace ${workspaceId}: erased with its workspace after 2 entries`),
    })
    await acrossWorkspaces(attacker, revive)
    for (const args of [[], ['--head', kept], ['--workspace', workspaceId]]) {
      const { status, output } = await command('verify', ...args)
      expect({ status, output }).toMatchObject({ status: 1, output: expect.stringContaining('and it is there') })
    }
  })
})

describe('an entry that is not chained', () => {
  it('is added by nothing that the application may do', async () => {
    await logWithKeptHeads()
    const insert = (sequence: number, hash: string) => (tx: Transaction) =>
      tx.$executeRaw`
      INSERT INTO audit_event (id, workspace_id, sequence, at, actor_kind, action, outcome, hash)
      VALUES (${uuidv7()}::uuid, ${workspaceId}::uuid, ${sequence}, now(), 'system', 'x', 'x', decode(${hash}, 'hex'))`
    await expect(acrossWorkspaces(attacker, insert(0, ''))).rejects.toThrow('42501')
    await expect(acrossWorkspaces(attacker, insert(3, 'ab'.repeat(32)))).rejects.toThrow('42501')
    for (const sequence of [-1, 0, 1, 2, 4, null]) {
      const entry = forged({ workspace_id: workspaceId, sequence })
      expect(await acrossWorkspaces(attacker, (tx) => append(tx, entry)), String(sequence)).toBe(false)
    }
    const unhashed = forged({ workspace_id: workspaceId, sequence: 3, hash: '\\x' })
    await expect(acrossWorkspaces(attacker, (tx) => append(tx, unhashed))).rejects.toThrow()
    expect((await command('verify')).output).toContain(`workspace ${workspaceId}: whole, 2 entries\n`)
  })

  it('is found when it was added behind the last one with a made-up hash', async () => {
    await logWithKeptHeads()
    const entry = forged({ workspace_id: workspaceId, sequence: 3, action: 'workspace.renamed' })
    expect(await acrossWorkspaces(attacker, (tx) => append(tx, entry))).toBe(true)
    const { status, output } = await command('verify')
    expect(output).toContain(`workspace ${workspaceId}: BROKEN at entry 3`)
    expect(status).toBe(1)
  })
})

describe('a key', () => {
  it('is changed neither by the application nor with what refers to it', async () => {
    const kept = await logWithKeptHeads()
    for (const statement of [
      `UPDATE workspace SET id = '${uuidv7()}' WHERE id = '${workspaceId}'`,
      `UPDATE connection SET id = '${uuidv7()}'`,
      `UPDATE audit_event SET workspace_id = NULL`,
      `UPDATE audit_head SET chain = '${uuidv7()}'`,
    ]) {
      const attempt = acrossWorkspaces(attacker, (tx) => tx.$executeRawUnsafe(statement))
      await expect(attempt, statement).rejects.toThrow('42501')
    }
    const moved = database.sql('UPDATE workspace SET id = $2 WHERE id = $1', [workspaceId, uuidv7()])
    await expect(moved).rejects.toThrow('violates foreign key constraint')
    expect(await command('verify', '--head', kept)).toMatchObject({ status: 0 })
  })
})

describe('the entries from before the chain', () => {
  it('are those that were there when it began, by the database and by a kept head', async () => {
    const name = `before_${uuidv7().replaceAll('-', '')}`
    const admin = new pg.Client({ connectionString: inject('adminUrl') })
    await admin.connect()
    await admin.query(`CREATE DATABASE ${name} OWNER dashboard_owner`)
    const here = (url: string) => url.replace(/postgres$/, name)
    const [owner, superuser] = [inject('ownerUrl'), inject('adminUrl')].map(
      (url) => new pg.Client({ connectionString: here(url) }),
    ) as [pg.Client, pg.Client]
    await Promise.all([owner.connect(), superuser.connect()])
    try {
      const migrations = readdirSync('prisma/migrations').filter((entry) => /^\d/.test(entry))
      const migrate = async (names: string[]) => {
        for (const one of names) await owner.query(readFileSync(`prisma/migrations/${one}/migration.sql`, 'utf8'))
      }
      const begins = migrations.findIndex((one) => one.endsWith('_audit_chain'))
      await migrate(migrations.slice(0, begins))
      await superuser.query('INSERT INTO workspace (id, name) VALUES ($1, $2)', [workspaceId, 'Old'])
      await superuser.query(
        `INSERT INTO audit_event (id, workspace_id, at, actor_kind, action, outcome, detail)
         SELECT gen_random_uuid(), $1, now() - n * interval '1.000001 seconds', 'system', 'x', 'é', '{"b": 1, "a": [0.5]}'
         FROM generate_series(1, 2) AS n`,
        [workspaceId],
      )
      await migrate(migrations.slice(begins))
      const run = (...args: string[]) => auditCommand({ ...environment, DATABASE_URL: here(inject('appUrl')) }, args)
      const file = join(folder, 'before.jsonl')
      writeFileSync(file, (await run('head')).output)
      expect(await run('verify', '--head', file)).toMatchObject({
        status: 0,
        output: expect.stringContaining('whole, 0 entries, and 2 from before the chain'),
      })
      await superuser.query(
        `INSERT INTO audit_event (id, workspace_id, sequence, at, actor_kind, action, outcome, hash)
         VALUES (gen_random_uuid(), $1, -2, now(), 'system', 'x', 'x', '')`,
        [workspaceId],
      )
      expect(await run('verify')).toMatchObject({
        status: 1,
        output: expect.stringContaining(
          'BROKEN before entry 1: 3 entries from before the chain are not the 2 that were',
        ),
      })
      await superuser.query(`DELETE FROM audit_event WHERE sequence = -2`)
      await superuser.query(`UPDATE audit_event SET outcome = 'y' WHERE sequence = 0`)
      expect((await run('verify')).status).toBe(1)
      await superuser.query('DELETE FROM audit_event; DELETE FROM audit_head')
      expect((await run('verify')).status).toBe(0)
      expect(await run('verify', '--head', file)).toMatchObject({
        status: 1,
        output: expect.stringContaining(
          'BROKEN before entry 1: 0 entries from before the chain are not the 2 that the head',
        ),
      })
    } finally {
      await Promise.all([owner.end(), superuser.end()])
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.end()
    }
  })
})
