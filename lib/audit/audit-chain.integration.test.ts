import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { acrossWorkspaces, type Db, inWorkspace } from '@/lib/db'
import { env } from '@/lib/env'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedWorkspace } from '@/scripts/testing/seed-connection'
import type { AuditEvent } from './audit'
import { recordAudit } from './audit-store'
import { canonicalJson } from './chain'
import { chainStore, type StoredRow } from './chain-store'
import { eraseWorkspaceAudit } from './erase-store'
import { withOrigin } from './origin'
import { auditCommand } from './testing/audit-command'
import { chainVerifier } from './verify'

let database: Awaited<ReturnType<typeof freshDatabase>>
let product: Db
let environment: ReturnType<typeof testEnvironment>
let folder: string
let workspaceId: string
let userId: string

beforeAll(async () => {
  database = await freshDatabase()
  product = database.client(16)
  folder = mkdtempSync(join(tmpdir(), 'apd-audit-'))
  const services = {
    sandboxOrigin: 'http://127.0.0.1:4010',
    clientId: 'appid_test',
    clientSecret: 'Zq8-Zq7_Zq6.Zq5~abcdefgh',
  }
  environment = testEnvironment({ databaseUrl: database.url, ...services })
  Object.assign(process.env, environment)
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await database.close()
})
beforeEach(async () => {
  await database.sql('TRUNCATE audit_event, audit_head')
  workspaceId = await seedWorkspace(database.sql)
  userId = uuidv7()
  await database.sql(`INSERT INTO partner_user (id, name) VALUES ($1, 'Ada Lovelace')`, [userId])
})

const renamed = (): AuditEvent => ({
  workspaceId,
  actor: { kind: 'partner_user', userId },
  action: 'workspace.renamed',
  outcome: 'renamed',
  detail: { b: 'é', a: 1 },
})
const write = async (times: number, event = renamed()) => {
  for (let i = 0; i < times; i++) await inWorkspace(product, workspaceId, (tx) => recordAudit(tx, event))
}

const command = (args: string[], changes: Record<string, string> = {}) =>
  auditCommand({ ...environment, ...changes }, args)
const verdict = () => chainVerifier(chainStore(product), env().auditKey)(workspaceId)
const verify = (...args: string[]) => command(['verify', '--workspace', workspaceId, ...args])

/** As someone who owns the server: row-level security and grants do not concern them, triggers of ours do not exist. */
const tamper = (text: string, ...values: unknown[]) => database.sql(text, [workspaceId, ...values])

describe('an entry', () => {
  it('keeps who, by their name at the time, what and from where', async () => {
    await withOrigin({ address: '203.0.113.9', device: 'Firefox on Linux' }, () => write(1))
    await database.sql(`UPDATE partner_user SET name = 'Grace Hopper' WHERE id = $1`, [userId])
    const [row] = await database.sql('SELECT * FROM audit_event')
    expect(row).toMatchObject({
      workspace_id: workspaceId,
      sequence: 1,
      actor_kind: 'partner_user',
      actor_user_id: userId,
      actor_name: 'Ada Lovelace',
      origin_address: '203.0.113.9',
      origin_device: 'Firefox on Linux',
    })
  })

  it('of a workspace does not tell from where a request came that someone else than its people made', async () => {
    const system: AuditEvent = { ...renamed(), actor: { kind: 'system' } }
    await withOrigin({ address: '203.0.113.9', device: 'Firefox on Linux' }, () => write(1, system))
    expect(await database.sql('SELECT origin_address, origin_device, actor_name FROM audit_event')).toEqual([
      { origin_address: null, origin_device: null, actor_name: null },
    ])
  })

  it('is not there when what it tells about was rolled back, and leaves no gap', async () => {
    await write(1)
    const failing = inWorkspace(product, workspaceId, async (tx) => {
      await recordAudit(tx, renamed())
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    await write(1)
    expect(await database.sql('SELECT sequence FROM audit_event ORDER BY 1')).toEqual([
      { sequence: 1 },
      { sequence: 2 },
    ])
  })

  it('is hashed with every column there is', async () => {
    await write(1)
    const columns = await database.sql<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'audit_event'`,
    )
    const camel = (name: string) => name.replaceAll(/_(.)/g, (_all, letter: string) => letter.toUpperCase())
    const { value: row } = await chainStore(product).rows(workspaceId).next()
    expect(Object.keys(row as StoredRow).sort()).toEqual(columns.map(({ name }) => camel(name)).sort())
  })

  it('cannot be changed, removed or renumbered by the application', async () => {
    await write(1)
    for (const statement of [
      `UPDATE audit_event SET outcome = 'nothing'`,
      'DELETE FROM audit_event',
      'TRUNCATE audit_event',
      'DELETE FROM audit_head',
      'UPDATE audit_head SET sequence = 0',
      'ALTER TABLE audit_event DISABLE TRIGGER ALL',
    ]) {
      const attempt = acrossWorkspaces(product, (tx) => tx.$executeRawUnsafe(statement))
      await expect(attempt, statement).rejects.toThrow('42501')
    }
    expect(await verdict()).toMatchObject({ kind: 'whole' })
  })
})

describe('a chain', () => {
  it('is one, without gaps, when 64 writers append to it at once', async () => {
    const clients = Array.from({ length: 4 }, () => database.client(16))
    const writers = Array.from({ length: 64 }, (_, i) =>
      inWorkspace(clients[i % 4] ?? product, workspaceId, (tx) => recordAudit(tx, renamed(), renamed())),
    )
    await Promise.all(writers)
    expect(await verify()).toEqual({ status: 0, output: `workspace ${workspaceId}: whole, 128 entries\n` })
  })

  it('does not deadlock with another when writers name the two in opposite order', async () => {
    const deployment: AuditEvent = { ...renamed(), workspaceId: null }
    const pairs = [
      [renamed(), deployment],
      [deployment, renamed()],
    ]
    const writers = Array.from({ length: 24 }, (_, i) =>
      acrossWorkspaces(product, (tx) => recordAudit(tx, ...(pairs[i % 2] ?? []))),
    )
    await Promise.all(writers)
    expect((await command(['verify'])).output).toContain('deployment: whole, 24 entries\n')
  })

  it('is not forked by a writer who forgot the transaction', async () => {
    await write(1)
    // Between its two statements someone else appends.
    let statements = 0
    const forgetful = {
      $queryRaw: async (...query: Parameters<Db['$queryRaw']>) => {
        const answer = await acrossWorkspaces(product, (tx) => tx.$queryRaw(...query))
        if (statements++ === 0) await write(1)
        return answer
      },
    } as unknown as Db
    await expect(recordAudit(forgetful, renamed())).rejects.toThrow('needs a transaction')
    expect(statements).toBe(2)
    expect(await verdict()).toMatchObject({ kind: 'whole', entries: 2 })
  })

  it('hashes the hash before and the row as canonical JSON (RFC 8785), without what is null', async () => {
    expect(canonicalJson({ b: [1, 'é"\n', true], a: { '\u20ac': 1e21, '\r': 0.5 }, none: null })).toBe(
      '{"a":{"\\r":0.5,"€":1e+21},"b":[1,"é\\"\\n",true]}',
    )
    await write(1)
    const { value: row } = await chainStore(product).rows(workspaceId).next()
    const { hash, ...content } = row as StoredRow
    const independent = createHmac('sha256', Buffer.from(environment.AUDIT_KEY, 'base64'))
      .update(Buffer.alloc(32))
      .update(canonicalJson(content))
      .digest('hex')
    expect(independent).toBe(hash)
  })
})

describe('the verifier', () => {
  const first = `UPDATE audit_event SET actor_name = 'Mallory' WHERE workspace_id = $1 AND sequence = 1`
  it.each([
    ['an outcome', `UPDATE audit_event SET outcome = 'x' WHERE workspace_id = $1 AND sequence = 3`, 3, 'changed'],
    [
      'a microsecond',
      `UPDATE audit_event SET at = at + interval '1 us' WHERE workspace_id = $1 AND sequence = 4`,
      4,
      'changed',
    ],
    ['a detail', `UPDATE audit_event SET detail = '{"a":2}' WHERE workspace_id = $1 AND sequence = 2`, 2, 'changed'],
    ['a hash', `UPDATE audit_event SET hash = sha256('') WHERE workspace_id = $1 AND sequence = 6`, 6, 'changed'],
    ['the name in the first row', first, 1, 'changed'],
    ['a dropped row', 'DELETE FROM audit_event WHERE workspace_id = $1 AND sequence = 3', 3, 'missing'],
    ['the first row, dropped', 'DELETE FROM audit_event WHERE workspace_id = $1 AND sequence = 1', 1, 'missing'],
    ['a cut tail', 'DELETE FROM audit_event WHERE workspace_id = $1 AND sequence > 4', 5, 'truncated'],
    ['every row, dropped', 'DELETE FROM audit_event WHERE workspace_id = $1', 1, 'truncated'],
  ])('names the first bad row after a change of %s', async (_title, statement, sequence, kind) => {
    await write(6)
    await tamper(statement)
    expect(await verdict()).toMatchObject({ kind: 'broken', sequence, fault: { kind } })
  })

  it('names the first of two rows that changed places', async () => {
    await write(6)
    await tamper('UPDATE audit_event SET sequence = sequence + 100 WHERE workspace_id = $1 AND sequence IN (3, 4)')
    await tamper('UPDATE audit_event SET sequence = 107 - sequence WHERE workspace_id = $1 AND sequence > 100')
    expect(await verdict()).toMatchObject({ kind: 'broken', sequence: 3, fault: { kind: 'changed' } })
  })

  it('names the row that closes a gap under another number', async () => {
    await write(6)
    await tamper('DELETE FROM audit_event WHERE workspace_id = $1 AND sequence = 3')
    await tamper('UPDATE audit_event SET sequence = sequence + 99 WHERE workspace_id = $1 AND sequence > 3')
    await tamper('UPDATE audit_event SET sequence = sequence - 100 WHERE workspace_id = $1 AND sequence > 100')
    expect(await verdict()).toMatchObject({ kind: 'broken', sequence: 3, fault: { kind: 'changed' } })
  })

  it('says on the command line which row is bad and why', async () => {
    await write(4)
    await tamper(`UPDATE audit_event SET outcome = 'x' WHERE workspace_id = $1 AND sequence = 3`)
    const { status, output } = await verify()
    expect(output).toMatch(
      new RegExp(
        `^workspace ${workspaceId}: BROKEN at entry 3 \\(row [-0-9a-f]{36} of .*Z, workspace.renamed\\): it is not`,
      ),
    )
    expect(status).toBe(1)
  })

  it('finds a tail that was cut off together with the head, by a head that was kept elsewhere', async () => {
    await write(6)
    const file = join(folder, 'heads.jsonl')
    writeFileSync(file, (await command(['head'])).output)
    await write(2)
    expect((await command(['verify', '--head', file])).status).toBe(0)
    await tamper('DELETE FROM audit_event WHERE workspace_id = $1 AND sequence > 4')
    await tamper(`UPDATE audit_head SET sequence = 4, hash = (SELECT hash FROM audit_event
      WHERE workspace_id = $1 AND sequence = 4) WHERE chain = $1`)
    expect(await verdict()).toMatchObject({ kind: 'whole', entries: 4 })
    const { status, output } = await verify('--head', file)
    expect(status).toBe(1)
    expect(output).toMatch(/BROKEN at entry 5: .* the head kept at .* knew 6 entries/)
    await tamper('DELETE FROM audit_event WHERE workspace_id = $1')
    await tamper('DELETE FROM audit_head WHERE chain = $1')
    expect((await command(['verify', '--head', file])).output).toContain('BROKEN at entry 1')
  })

  it('takes no head that someone else wrote', async () => {
    await write(2)
    const file = join(folder, 'forged.jsonl')
    const [line = ''] = (await command(['head', '--workspace', workspaceId])).output.split('\n')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(line), sequence: 1 }))
    expect(await verify('--head', file)).toMatchObject({
      status: 2,
      output: expect.stringContaining('line 1: not signed'),
    })
  })

  it('says of another key at the first row that it is another key', async () => {
    await write(3)
    const AUDIT_KEY = randomBytes(32).toString('base64')
    const { status, output } = await command(['verify', '--workspace', workspaceId], { AUDIT_KEY })
    expect(output).toMatch(/BROKEN at entry 1 \(row .*\): nothing here was written with this AUDIT_KEY/)
    expect(status).toBe(1)
  })

  it('reads a chain of many pieces whole', async () => {
    await write(1)
    const piece = Array.from({ length: 300 }, renamed)
    for (let i = 0; i < 4; i++) await inWorkspace(product, workspaceId, (tx) => recordAudit(tx, ...piece))
    expect(await verdict()).toMatchObject({ kind: 'whole', entries: 1_201 })
  })

  it('refuses what it does not understand', async () => {
    expect((await command(['verify', '--workspace', 'mine'])).status).toBe(2)
    expect((await command(['repair'])).output).toMatch(/^Usage:/)
  })
})

describe('a workspace that is deleted', () => {
  const remove = (erase: boolean) =>
    acrossWorkspaces(product, async (tx) => {
      await tx.$executeRaw`DELETE FROM workspace WHERE id = ${workspaceId}::uuid`
      if (erase) await eraseWorkspaceAudit(tx, workspaceId, { connections: 2 })
    })

  it('cannot take its log along unseen', async () => {
    await write(2)
    await expect(remove(false)).rejects.toThrow()
    expect(await verdict()).toMatchObject({ kind: 'whole', entries: 2 })
  })

  it('leaves one entry that names no one and says where its chain ended', async () => {
    await write(3)
    const file = join(folder, 'before.jsonl')
    writeFileSync(file, (await command(['head', '--workspace', workspaceId])).output)
    await withOrigin({ address: '203.0.113.9', device: 'Firefox on Linux' }, () => remove(true))
    const rows = await database.sql('SELECT * FROM audit_event')
    expect(rows).toMatchObject([
      { workspace_id: null, action: 'workspace.deleted', detail: { workspaceId, connections: 2, entries: 3 } },
    ])
    const text = JSON.stringify(rows)
    for (const personal of ['Ada', userId, '203.0.113.9', 'Firefox']) expect(text).not.toContain(personal)
    expect((await command(['verify', '--head', file])).output).toContain(
      `workspace ${workspaceId}: erased with its workspace after 3 entries, by entry 1 of the deployment's chain\n`,
    )
  })

  it('is the only one whose log can be erased', async () => {
    await write(1)
    const erase = () =>
      acrossWorkspaces(product, (tx) => tx.$executeRaw`SELECT erase_workspace_audit(${workspaceId}::uuid)`)
    await expect(erase()).rejects.toThrow('still exists')
    const untold = acrossWorkspaces(product, async (tx) => {
      await tx.$executeRaw`DELETE FROM workspace WHERE id = ${workspaceId}::uuid`
      await tx.$executeRaw`SELECT erase_workspace_audit(${workspaceId}::uuid)`
    })
    await expect(untold).rejects.toThrow('says that the workspace was deleted')
    expect(await verdict()).toMatchObject({ kind: 'whole', entries: 1 })
  })
})
