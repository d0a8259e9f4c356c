import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { interrupt, liveConnection, type Place, rotationState } from '@/lib/authorization/testing/live-connection'
import { newTokenKeyEntry } from '@/lib/keys/key-label'
import { startSandbox } from '@/sandbox/sandbox'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedWorkspace } from '@/scripts/testing/seed-connection'

// `npm run worker` as it runs: processes of their own, told to end as a deployment tells them.

let database: Awaited<ReturnType<typeof freshDatabase>>
let sandbox: Awaited<ReturnType<typeof startSandbox>>
let environment: ReturnType<typeof testEnvironment>
let place: Place
const workers: ChildProcess[] = []

beforeAll(async () => {
  database = await freshDatabase()
  sandbox = await startSandbox()
  const { clientId, clientSecret } = sandbox.config
  environment = testEnvironment({
    databaseUrl: database.url,
    directUrl: database.ownerUrl,
    sandboxOrigin: sandbox.origin,
    clientId,
    clientSecret,
  })
  const workspaceId = await seedWorkspace(database.sql)
  place = { sql: database.sql, control: sandbox.control, tokenKeys: environment.TOKEN_KEYS, workspaceId }
})
afterAll(async () => {
  await sandbox.close()
  await database.close()
})
beforeEach(async () => {
  sandbox.control.reset()
  await database.sql('TRUNCATE connection, worker_heartbeat CASCADE')
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map((child) => end(child)))
})

function start(changes: Record<string, string> = {}, execArgv: string[] = []) {
  const args = ['--import', 'tsx', '--conditions=react-server', ...execArgv, 'worker/run.ts']
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment, ...changes },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const told: string[] = []
  child.stderr?.on('data', (data) => told.push(String(data)))
  const logged: string[] = []
  child.stdout?.on('data', (data) => logged.push(String(data)))
  workers.push(child)
  return { child, told: () => told.join(''), logged: () => logged.join('') }
}
async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exit = once(child, 'exit')
  child.kill(signal)
  return (await exit)[0]
}
const interrupted = async () => {
  const connection = await liveConnection(place)
  const { clientId, clientSecret } = sandbox.config
  await interrupt(place, connection, { origin: sandbox.origin, clientId, clientSecret })
  return connection
}
const ask = async (text: string) => Number((await database.sql<{ count: string }>(text))[0]?.count)
const patience = { interval: 100 }

describe('worker processes', () => {
  it('share the work: of 40 interrupted rotations each is sent once, and each process ends with 0', async () => {
    const all = await Promise.all(Array.from({ length: 40 }, interrupted))
    const before = sandbox.control.verdict().refreshRequests
    const pair = [start(), start()]
    await expect.poll(() => ask('SELECT count(*) FROM credential WHERE generation = 1'), patience).toBe(0)
    await expect.poll(() => ask('SELECT count(*) FROM worker_heartbeat'), patience).toBe(2)
    expect(sandbox.control.verdict()).toMatchObject({
      refreshRequests: before + all.length,
      concurrentRefreshes: 0,
      answered429: 0,
      supersededSends: 0,
      connectionsKilled: 0,
    })
    expect(await Promise.all(pair.map(({ child }) => end(child)))).toEqual([0, 0])
    expect(await ask('SELECT count(*) FROM worker_heartbeat WHERE stopped_at IS NOT NULL')).toBe(2)
    expect(pair.map(({ told }) => told())).toEqual(['', ''])
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'finish a refresh whose answer is on its way when %s comes',
    async (signal) => {
      const { connectionId } = await interrupted()
      sandbox.control.addFault({ match: { endpoint: 'token' }, kind: 'delay_answer', delayMs: 2_000 })
      const { child } = start()
      await expect.poll(() => sandbox.control.verdict().refreshRequests, patience).toBe(2)
      expect(await rotationState(database.sql, connectionId)).toMatchObject({ generation: 1, sent: true })
      expect(await end(child, signal)).toBe(0)
      expect(await rotationState(database.sql, connectionId)).toEqual({ status: 'active', generation: 2, sent: false })
    },
  )

  it('finish a refresh whose caller has left when SIGTERM comes', async () => {
    const { connectionId, accountId } = await liveConnection(place)
    sandbox.control.setOptions({ webhooks: 'lose' })
    sandbox.control.disconnect(accountId)
    sandbox.control.addFault({
      match: { endpoint: 'token', grantType: 'refresh_token' },
      kind: 'delay_answer',
      delayMs: 10_000,
    })
    const { child } = start()
    const queue = () => ask(`SELECT count(*) FROM pg_class WHERE oid = to_regclass('graphile_worker._private_jobs')`)
    await expect.poll(queue, patience).toBe(1)
    await database.sql(`SELECT graphile_worker.add_job('reconcile', max_attempts => 1)`)
    await expect.poll(() => sandbox.control.verdict().refreshRequests, patience).toBe(1)
    await expect.poll(() => ask('SELECT count(*) FROM graphile_worker._private_jobs'), patience).toBe(0)
    expect(await rotationState(database.sql, connectionId)).toMatchObject({ status: 'active', sent: true })
    expect(await end(child)).toBe(0)
    expect(await rotationState(database.sql, connectionId)).toMatchObject({ status: 'reauthorization_required' })
  })

  it('survive a promise that no one waits for, and say so', async () => {
    const rejects = `process.on('SIGUSR2', () => Promise.reject(new TypeError('gone')))`
    const { child, logged } = start({ LOG_LEVEL: 'error' }, [
      '--import',
      `data:text/javascript,${encodeURIComponent(rejects)}`,
    ])
    await expect.poll(() => ask('SELECT count(*) FROM worker_heartbeat'), patience).toBe(1)
    child.kill('SIGUSR2')
    await expect.poll(logged, patience).toContain('"error":"TypeError"')
    expect(await end(child)).toBe(0)
  })

  it('run the tasks of the queue, each once over all processes, and leave none behind', async () => {
    const { connectionId } = await liveConnection(place)
    await database.sql(`UPDATE credential SET keep_alive_at = now() - interval '1 day'`)
    const [one, other] = [start(), start()]
    const queue = () => ask(`SELECT count(*) FROM pg_class WHERE oid = to_regclass('graphile_worker._private_jobs')`)
    await expect.poll(queue, patience).toBe(1)
    for (const task of ['keep-alive', 'inbox', 'reconcile', 'purge']) {
      await database.sql('SELECT graphile_worker.add_job($1, max_attempts => 1)', [task])
    }
    await expect.poll(() => rotationState(database.sql, connectionId), patience).toMatchObject({ generation: 2 })
    await expect.poll(() => ask('SELECT count(*) FROM graphile_worker._private_jobs'), patience).toBe(0)
    expect(await ask(`SELECT count(*) FROM connection WHERE airwallex_status = 'CONNECTED'`)).toBe(1)
    expect(sandbox.control.verdict().refreshRequests).toBe(1)
    await expect.poll(() => ask('SELECT count(*) FROM worker_heartbeat'), patience).toBe(2)
    expect([await end(one.child), await end(other.child)]).toEqual([0, 0])
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('end with 0 when %s comes while they wait to start', async (signal) => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const asked = once(silent, 'connection')
    const { child, told } = start({ DATABASE_URL: `postgresql://app@127.0.0.1:${port}/app` })
    const [socket] = await asked
    expect(await end(child, signal)).toBe(0)
    expect(told()).toBe('')
    socket.destroy()
    silent.close()
  })

  it('heal a connection whose refresh token opens again, although no one uses it', async () => {
    const { connectionId } = await liveConnection(place, 200_000)
    await database.sql('UPDATE credential SET unreadable_since = now(), attempts = 3 WHERE connection_id = $1', [
      connectionId,
    ])
    const { child } = start()
    await expect.poll(() => ask('SELECT count(*) FROM credential WHERE unreadable_since IS NULL'), patience).toBe(1)
    await expect.poll(() => rotationState(database.sql, connectionId), patience).toMatchObject({ generation: 2 })
    expect(await end(child)).toBe(0)
  })

  it('do not start with another key under an id that was used before', async () => {
    const first = start()
    await expect.poll(() => ask('SELECT count(*) FROM token_key'), patience).toBe(1)
    await expect.poll(() => ask('SELECT count(*) FROM worker_heartbeat'), patience).toBe(1)
    await end(first.child)
    const other = newTokenKeyEntry('test')
    const { child, logged } = start({ TOKEN_KEYS: other })
    expect((await once(child, 'exit'))[0]).toBe(1)
    expect(logged()).toContain('another key than before under the id \\"test\\".')
    expect(logged()).not.toContain(other.slice('test:'.length))
  })

  it('do not start on a database of another environment', async () => {
    await database.sql(
      `INSERT INTO deployment (id, environment, system_identity) VALUES (1, 'production', '?/1')
       ON CONFLICT (id) DO UPDATE SET environment = 'production'`,
    )
    const { child, logged } = start()
    expect((await once(child, 'exit'))[0]).toBe(1)
    expect(logged()).toContain('belongs to the environment production')
    await database.sql('DELETE FROM deployment')
  })
})
