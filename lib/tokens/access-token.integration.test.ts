import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newTokenKeyEntry } from '@/lib/keys/key-label'
import { Client } from '@/lib/pg-client.mjs'
import { startSandbox } from '@/sandbox/sandbox'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedConnection, seedWorkspace } from '@/scripts/testing/seed-connection'
import type { Ask, Told } from '@/scripts/testing/token-callers'

// getAccessToken as it runs: processes of their own, PostgreSQL, the sandbox over HTTP.

const PROCESSES = 4

let database: Awaited<ReturnType<typeof freshDatabase>>
let sandbox: Awaited<ReturnType<typeof startSandbox>>
let environment: ReturnType<typeof testEnvironment>
let processes: ChildProcess[]
let workspaceId: string

beforeAll(async () => {
  database = await freshDatabase()
  sandbox = await startSandbox({ port: 0, oidcPort: null, smtpPort: null })
  const { clientId, clientSecret } = sandbox.config
  environment = testEnvironment({ databaseUrl: database.url, sandboxOrigin: sandbox.origin, clientId, clientSecret })
  workspaceId = await seedWorkspace(database.sql)
  processes = await Promise.all(Array.from({ length: PROCESSES }, () => startProcess()))
})
afterAll(async () => {
  await Promise.all(
    processes.map((child) => {
      child.disconnect()
      return once(child, 'exit')
    }),
  )
  await sandbox.close()
  await database.close()
})
beforeEach(() => sandbox.control.reset())

async function startProcess(changes: Record<string, string> = {}) {
  const child = fork('scripts/testing/token-callers.ts', {
    execArgv: ['--import', 'tsx', '--conditions=react-server'],
    env: { ...process.env, ...environment, ...changes },
  })
  await once(child, 'message')
  return child
}

async function ask(child: ChildProcess, connectionId: string, callers: number): Promise<Told> {
  const answered = once(child, 'message')
  child.send({ workspaceId, connectionId, callers } satisfies Ask)
  const [answer] = await answered
  return answer
}

async function connect(accessTokenLeftMs: number) {
  const [accountId = ''] = sandbox.control.createAccounts({ count: 1 })
  const { accessToken, refreshToken } = sandbox.control.mintGrant({ accountId })
  return seedConnection(database.sql, environment.TOKEN_KEYS, {
    workspaceId,
    airwallexAccountId: accountId,
    accessToken,
    refreshToken,
    accessTokenLeftMs,
  })
}

/** Moves the protocol's clock and the sandbox's: a lease expires without anyone waiting for it. */
async function passTime(seconds: number) {
  await database.sql(
    `CREATE OR REPLACE FUNCTION rotation_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
     $$ SELECT clock_timestamp() + interval '${seconds} seconds' $$`,
  )
  sandbox.control.advanceClock(seconds)
}

const waitingStatements = async () => {
  const rows = await database.sql(
    `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  )
  return rows.length
}

const state = async (connectionId: string) => {
  const [row] = await database.sql<{ status: string; generation: number; sent: boolean }>(
    'SELECT status, generation, first_sent_at IS NOT NULL AS sent FROM credential WHERE connection_id = $1',
    [connectionId],
  )
  return row
}

describe('getAccessToken', () => {
  it("presents an expired connection's refresh token once when 64 callers in four processes need it", async () => {
    const connectionId = await connect(-1_000)
    const answers = (await Promise.all(processes.map((child) => ask(child, connectionId, 64 / PROCESSES)))).flat()
    expect(answers).toHaveLength(64)
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['token']))
    expect(new Set(answers.map(({ token }) => token)).size).toBe(1)
    expect(sandbox.control.verdict()).toMatchObject({ tokenRequests: 1, rotations: 1, answered429: 0 })
    expect(await state(connectionId)).toEqual({ status: 'active', generation: 2, sent: false })
  })

  it('asks Airwallex for nothing while the stored token is fresh', async () => {
    const connectionId = await connect(200_000)
    const answers = (await Promise.all(processes.map((child) => ask(child, connectionId, 5)))).flat()
    expect(answers.every(({ kind }) => kind === 'token')).toBe(true)
    expect(sandbox.control.verdict().tokenRequests).toBe(0)
  })

  it('hands out a token that is about to end and refreshes it beside the caller', async () => {
    const connectionId = await connect(30_000)
    const [answer] = await ask(processes[0] as ChildProcess, connectionId, 1)
    expect(answer?.kind).toBe('token')
    expect(await state(connectionId)).toEqual({ status: 'active', generation: 2, sent: false })
  })

  it('refreshes a connection whose access token alone does not open', async () => {
    const connectionId = await connect(200_000)
    await database.sql('UPDATE credential SET sealed_access_token = sealed_refresh_token WHERE connection_id = $1', [
      connectionId,
    ])
    const [answer] = await ask(processes[0] as ChildProcess, connectionId, 1)
    expect(answer?.kind).toBe('token')
    expect(sandbox.control.verdict()).toMatchObject({ rotations: 1, connectionsKilled: 0 })
  })

  it('keeps tokens that another key under the same id cannot open, until the right key is back', async () => {
    const connectionId = await connect(200_000)
    const look = async () => {
      const [row] = await database.sql<{ sealed: string[]; unreadable: boolean; status: string }>(
        `SELECT ARRAY[sealed_access_token, sealed_refresh_token] AS sealed, unreadable_since IS NOT NULL AS unreadable,
           status::text FROM credential WHERE connection_id = $1`,
        [connectionId],
      )
      return row
    }
    const before = await look()
    const wrong = await startProcess({ TOKEN_KEYS: newTokenKeyEntry('test') })
    expect((await ask(wrong, connectionId, 3)).map(({ kind }) => kind)).toEqual(Array(3).fill('unavailable'))
    expect(await look()).toEqual({ ...before, unreadable: true })
    expect(sandbox.control.verdict().tokenRequests).toBe(0)
    wrong.disconnect()
    await once(wrong, 'exit')

    await database.sql('UPDATE credential SET next_attempt_at = NULL, access_token_expires_at = now()')
    expect(await ask(processes[0] as ChildProcess, connectionId, 1)).toMatchObject([{ kind: 'token' }])
    expect(await look()).toMatchObject({ unreadable: false, status: 'active' })
    expect(sandbox.control.verdict()).toMatchObject({ rotations: 1, connectionsKilled: 0 })
  })

  it.each([
    'drop_after',
    'reset_after',
    'truncate',
    'malformed_json',
    'html',
    'empty',
    'null_body',
    'array_body',
  ] as const)('loses nothing when the answer of a rotation is spoilt (%s)', async (kind) => {
    const connectionId = await connect(-1_000)
    sandbox.control.addFault({ match: { endpoint: 'token' }, kind, times: 1 })
    const [answer] = await ask(processes[0] as ChildProcess, connectionId, 1)
    expect(answer?.kind).toBe('token')
    expect(sandbox.control.verdict()).toMatchObject({ tokenRequests: 2, supersededSends: 0, connectionsKilled: 0 })
    expect(await state(connectionId)).toEqual({ status: 'active', generation: 2, sent: false })
  })

  it('loses nothing when its process is killed between the answer and the commit', async () => {
    const connectionId = await connect(-1_000)
    const doomed = await startProcess()
    const holder = new Client({ connectionString: database.url })
    await holder.connect()
    // The answer comes late enough for the row to be locked behind the mark: the commit cannot be made.
    sandbox.control.addFault({ match: { endpoint: 'token' }, kind: 'delay_answer', delayMs: 2_000, times: 1 })
    doomed.send({ workspaceId, connectionId, callers: 1 } satisfies Ask)
    await expect.poll(async () => (await state(connectionId))?.sent).toBe(true)
    await holder.query('BEGIN')
    await holder.query('SELECT 1 FROM credential WHERE connection_id = $1 FOR UPDATE', [connectionId])
    await expect.poll(() => sandbox.control.journal().entries.some(({ delivered }) => delivered)).toBe(true)
    await expect.poll(() => waitingStatements()).toBeGreaterThan(0)
    const killed = once(doomed, 'exit')
    doomed.kill('SIGKILL')
    await killed
    // The statement of the dead process must not run after all.
    await database.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND datname = current_database()`)
    await expect.poll(() => waitingStatements()).toBe(0)
    await holder.query('ROLLBACK')
    await holder.end()
    expect(await state(connectionId)).toEqual({ status: 'active', generation: 1, sent: true })

    await passTime(22)
    const [answer] = await ask(processes[0] as ChildProcess, connectionId, 1)
    expect(answer?.kind).toBe('token')
    expect(await state(connectionId)).toEqual({ status: 'active', generation: 2, sent: false })
    expect(sandbox.control.verdict()).toMatchObject({ supersededSends: 0, lateSends: 0, connectionsKilled: 0 })
  })

  it("answers alike for an absent connection and for another workspace's", async () => {
    const connectionId = await connect(200_000)
    const elsewhere = await seedWorkspace(database.sql, 'Another')
    const child = processes[0] as ChildProcess
    const answered = once(child, 'message')
    child.send({ workspaceId: elsewhere, connectionId, callers: 1 } satisfies Ask)
    expect((await answered)[0]).toEqual([{ kind: 'not_found' }])
    expect(await ask(child, '0199c1d0-0000-7000-8000-00000000dead', 1)).toEqual([{ kind: 'not_found' }])
  })

  it('says what a connection needs that was refused', async () => {
    const connectionId = await connect(-1_000)
    const [row] = await database.sql<{ airwallex_account_id: string }>(
      'SELECT airwallex_account_id FROM connection WHERE id = $1',
      [connectionId],
    )
    sandbox.control.disconnect(row?.airwallex_account_id ?? '')
    expect(await ask(processes[0] as ChildProcess, connectionId, 2)).toEqual([
      { kind: 'reauthorization_required' },
      { kind: 'reauthorization_required' },
    ])
    expect(await state(connectionId)).toMatchObject({ status: 'reauthorization_required' })
    expect(sandbox.control.verdict().tokenRequests).toBe(1)
  })
})
