import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client } from '@/lib/pg-client.mjs'
import { startPostgres } from './dev-db.mjs'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'apd-dev-db-'))
  chmodSync(folder, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const start = () => startPostgres({ dir: join(folder, 'data'), flags: ['-c', 'fsync=off'], log: () => undefined })

async function ask(connectionString: string) {
  const client = new Client({ connectionString })
  await client.connect()
  const { rows } = await client.query('SELECT 1 AS one')
  await client.end()
  return rows
}

describe('the PostgreSQL of a clone', () => {
  it('is left alone by a second start, and ended by one that finds it without its starter', async () => {
    const first = await start()
    await expect(start()).rejects.toThrow('ended with code 1 before it was ready')
    expect(await ask(first.adminUrl('postgres'))).toEqual([{ one: 1 }])

    const pid = () => readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]
    const orphan = pid()
    process.kill(Number(first.pid), 'SIGKILL')
    await first.ended
    const second = await start()
    expect(pid()).not.toBe(orphan)
    expect(await ask(second.adminUrl('postgres'))).toEqual([{ one: 1 }])
    await second.stop()
  })
})
