import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newTokenKeyEntry } from '@/lib/keys/key-label'
import { startSandbox } from '@/sandbox/sandbox'
import { testEnvironment } from './testing/environment'
import { freshDatabase } from './testing/fresh-database'
import { startKeys } from './testing/keys-command'
import { seedConnection, seedWorkspace } from './testing/seed-connection'
import type { Ask, Told } from './testing/token-callers'

// A whole key rotation while every process of every release is asked for tokens all the time, and refreshes them.

const CONNECTIONS = 12
const old = newTokenKeyEntry('k1')

let database: Awaited<ReturnType<typeof freshDatabase>>
let sandbox: Awaited<ReturnType<typeof startSandbox>>
let environment: ReturnType<typeof testEnvironment>
let workspaceId: string
const connectionIds: string[] = []
beforeAll(async () => {
  database = await freshDatabase()
  sandbox = await startSandbox({ port: 0, oidcPort: null, smtpPort: null })
  const { clientId, clientSecret } = sandbox.config
  environment = testEnvironment({ databaseUrl: database.url, sandboxOrigin: sandbox.origin, clientId, clientSecret })
  workspaceId = await seedWorkspace(database.sql)
  for (const accountId of sandbox.control.createAccounts({ count: CONNECTIONS })) {
    const tokens = { ...sandbox.control.mintGrant({ accountId }), accessTokenLeftMs: 200_000 }
    connectionIds.push(
      await seedConnection(database.sql, old, { workspaceId, airwallexAccountId: accountId, ...tokens }),
    )
  }
})
afterAll(async () => {
  await sandbox.close()
  await database.close()
})

const outcomes = new Map<string, number>()
let asked = 0

/** A release: two processes that are asked without a pause until it is stopped. */
async function deploy(tokenKeys: string) {
  let stopping = false
  const children = await Promise.all([0, 1].map(() => start(tokenKeys)))
  const loads = children.map(async (child) => {
    while (!stopping) {
      const connectionId = connectionIds[asked++ % CONNECTIONS] ?? ''
      const told = once(child, 'message')
      child.send({ workspaceId, connectionId, callers: 2 } satisfies Ask)
      const [answers] = (await told) as [Told]
      for (const { kind } of answers) outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1)
    }
  })
  return {
    /** Ends as a deployment ends its old processes, then lets the minute pass in which they still count as running. */
    async stop() {
      stopping = true
      await Promise.all(loads)
      for (const child of children) {
        child.disconnect()
        await once(child, 'exit')
        await database.sql(
          `UPDATE key_reader SET last_seen_at = last_seen_at - interval '1 minute' WHERE process LIKE $1`,
          [`%/${child.pid}`],
        )
      }
    },
  }
}

async function start(tokenKeys: string): Promise<ChildProcess> {
  const child = fork('scripts/testing/token-callers.ts', {
    execArgv: ['--import', 'tsx', '--conditions=react-server'],
    env: { ...process.env, ...environment, TOKEN_KEYS: tokenKeys },
  })
  await once(child, 'message')
  return child
}

const keys = (tokenKeys: string, ...args: string[]) => startKeys(args, { ...environment, TOKEN_KEYS: tokenKeys })[1]

/** Every stored access token is over: each connection is refreshed by whoever is asked next. */
async function refreshAll() {
  const before = sandbox.control.verdict().rotations
  await database.sql('UPDATE credential SET access_token_expires_at = now() WHERE first_sent_at IS NULL')
  const refreshed = () => sandbox.control.verdict().rotations - before
  await expect.poll(refreshed).toBeGreaterThanOrEqual(CONNECTIONS / 2)
}

describe('a key rotation under load', () => {
  it('fails no request, with old and new release running side by side', { timeout: 600_000 }, async () => {
    const first = await deploy(old)
    await refreshAll()
    const fresh = (await keys(old, 'add', 'k2')).stdout.trim()
    const [added, promoted] = [`${old},${fresh}`, `${fresh},${old}`]

    const second = await deploy(added)
    await refreshAll()
    const early = await keys(added, 'promote', 'k2')
    expect(early).toMatchObject({ status: 1, stdout: '' })
    expect(early.stderr.match(/web .+\/\d+, seen \d+ s ago, cannot read the key "k2"/g)).toHaveLength(2)
    expect(await keys(promoted, 'reseal')).toMatchObject({ status: 1, stdout: '' })
    await first.stop()
    const promotion = await keys(added, 'promote', 'k2')
    expect(promotion).toMatchObject({ status: 0, stderr: '' })
    expect(promotion.stdout).toContain('in this order: k2, k1\n')

    const third = await deploy(promoted)
    await refreshAll()
    const writing = await keys(promoted, 'retire', 'k1')
    expect(writing.status).toBe(1)
    expect(writing.stderr.match(/writes with "k1"/g)).toHaveLength(2)
    await second.stop()
    const refreshing = refreshAll()
    expect(await keys(promoted, 'reseal')).toMatchObject({ status: 0 })
    await refreshing
    expect(await keys(promoted, 'retire', 'k1')).toMatchObject({ status: 0, stderr: '' })

    const fourth = await deploy(fresh)
    await third.stop()
    await refreshAll()
    const status = await keys(fresh, 'status')
    expect(status.stdout).not.toMatch(/k1|not in TOKEN_KEYS/)
    await fourth.stop()

    expect([...outcomes.keys()]).toEqual(['token'])
    expect(outcomes.get('token')).toBeGreaterThan(200)
    expect(sandbox.control.verdict()).toMatchObject({ supersededSends: 0, connectionsKilled: 0 })
  })
})
