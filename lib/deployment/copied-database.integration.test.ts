import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getTimelineChange } from '@/lib/background/views'
import { connect, type Db } from '@/lib/db'
import { setLogLevel } from '@/lib/log'
import { figures } from '@/lib/rotation/figures'
import { createRotation } from '@/lib/rotation/run/driver'
import { rotationStore } from '@/lib/rotation/sql/rotation-store'
import { rotationDeps } from '@/lib/tokens/rotation'
import { startSandbox } from '@/sandbox/sandbox'
import { testEnvironment } from '@/scripts/testing/environment'
import { type Server, servers } from '@/scripts/testing/physical-copy'
import { seedWorkspace } from '@/scripts/testing/seed-connection'
import { type LiveConnection, liveConnection } from '../authorization/testing/live-connection'
import { deploymentStore } from './deployment-store'
import { checkDeployment, recheckDeployment } from './identity'
import { quarantineStore } from './quarantine-store'

// docs/operations.md, "A copied database", with a primary that archives its log and real base backups of it.

const HERE = { environment: 'local', appOrigin: 'https://dashboard.partner.test' }
const ELSEWHERE = { ...HERE, appOrigin: 'https://staging.partner.test' }

const place = servers()
const clients: Db[] = []
let sandbox: Awaited<ReturnType<typeof startSandbox>>
let environment: ReturnType<typeof testEnvironment>
let primary: Server
let workspaceId: string
let connection: LiveConnection

beforeAll(async () => {
  ;[primary, sandbox] = await Promise.all([place.primary(), startSandbox()])
  const { clientId, clientSecret } = sandbox.config
  environment = testEnvironment({ databaseUrl: primary.url, sandboxOrigin: sandbox.origin, clientId, clientSecret })
  Object.assign(process.env, environment)
  setLogLevel('silent')
  const { sql } = primary
  workspaceId = await seedWorkspace(sql)
  connection = await liveConnection({
    sql,
    control: sandbox.control,
    tokenKeys: environment.TOKEN_KEYS,
    workspaceId,
  })
  expect(await checkDeployment(HERE, deploymentStore(clientOf(primary)))).toEqual({ kind: 'registered' })
  await place.baseBackup(primary, 'base')
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.$disconnect()))
  await Promise.all([place.close(), sandbox.close()])
})

function clientOf(server: Server): Db {
  const client = connect(server.url, { max: 3 })
  clients.push(client)
  return client
}

/** A token by way of a refresh, from a process that works on this server. */
function ask(db: Db, { connectionId }: LiveConnection) {
  const store = rotationStore({ db, freshDb: db, figures })
  const rotation = createRotation({ ...rotationDeps(), store })
  const key = { workspaceId, connectionId }
  return rotation.getAccessToken({ key, minTtlMs: 0, neededBy: 'test', rejectedGeneration: null }, () => undefined)
}

const sends = () => sandbox.control.verdict().refreshRequests
const generation = async (server: Server) =>
  (await server.sql<{ generation: number }>('SELECT generation FROM credential'))[0]?.generation

/** A process of its own that is configured for this server and address. */
function run(args: string[], server: Server, { appOrigin }: typeof HERE) {
  const { PATH = '' } = process.env
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--conditions=react-server', ...args], {
    env: {
      PATH,
      NODE_ENV: 'production',
      ...environment,
      DATABASE_URL: server.url,
      APP_ORIGIN: appOrigin,
      LOG_LEVEL: 'warn',
    },
    encoding: 'utf8',
  })
  return { status, stdout }
}

/** `npm run quarantine -- …` as it is run on a copy, under the address of its own deployment. */
const quarantine = (argument: string, server: Server) => run(['scripts/quarantine.ts', argument], server, ELSEWHERE)

/** The start of web, up to where it would serve. Gives what it logged. */
function start(server: Server) {
  const script = "import('./lib/deployment/boot.ts').then(({ boot }) => boot()).then(() => process.exit(0))"
  const { status, stdout } = run(['--eval', script], server, HERE)
  return {
    status,
    lines: stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  }
}

describe('F33: a base backup that is started as a second server', () => {
  it('has the identity of the original, so that only its address tells: it is not started under another one', async () => {
    const copy = await place.start('base', 'staging')
    const db = clientOf(copy)
    const identity = async (on: Server) => await on.sql('SELECT system_identity, timeline FROM deployment')
    expect(await identity(copy)).toEqual(await identity(primary))

    const before = await copy.sql('SELECT * FROM deployment')
    const refused = checkDeployment(ELSEWHERE, deploymentStore(db))
    await expect(refused).rejects.toThrow(
      /^The database belongs to the deployment at https:\/\/dashboard.* APP_ORIGIN is https:\/\/staging.*\n.*copy: npm run quarantine -- set .*\n.*moved: +npm run quarantine -- move/,
    )
    expect(await copy.sql('SELECT * FROM deployment')).toEqual(before)

    expect(quarantine('set', copy)).toEqual({ status: 0, stdout: expect.stringContaining('Quarantined 1 active') })
    expect(await checkDeployment(ELSEWHERE, deploymentStore(db))).toEqual({ kind: 'same' })
    const sentBefore = sends()
    expect((await ask(db, connection)).kind).toBe('quarantined')
    expect(sends()).toBe(sentBefore)
    await expect(checkDeployment(HERE, deploymentStore(db))).rejects.toThrow(
      'belongs to the deployment at https://staging',
    )
    await copy.stop()
  })

  it('is the deployment itself once someone says that it moved, and nothing is quarantined', async () => {
    const moved = await place.start('base', 'moved')
    const db = clientOf(moved)
    expect(quarantine('move', moved)).toEqual({ status: 0, stdout: expect.stringContaining(ELSEWHERE.appOrigin) })
    expect(await checkDeployment(ELSEWHERE, deploymentStore(db))).toEqual({ kind: 'same' })
    expect(await quarantineStore(db).state()).toMatchObject({ quarantined: 0, active: 1 })
    expect(quarantine('status', moved).stdout).toContain(`address: ${ELSEWHERE.appOrigin}`)
    await moved.stop()
  })

  it('is not noticed under the address of the original: that must be said by hand', async () => {
    const twin = await place.start('base', 'twin')
    const db = clientOf(twin)
    expect(await checkDeployment(HERE, deploymentStore(db))).toEqual({ kind: 'same' })
    await quarantineStore(db).quarantineAll(HERE)
    expect((await ask(db, connection)).kind).toBe('quarantined')
    await twin.stop()
  })
})

/** Renews the connection's tokens on the primary, which acknowledges it. */
async function renewed(): Promise<void> {
  const before = await generation(primary)
  await primary.sql(`UPDATE credential SET access_token_expires_at = now() - interval '1 second'`)
  expect((await ask(clientOf(primary), connection)).kind).toBe('token')
  expect(await generation(primary)).toBe((before ?? 0) + 1)
}

describe('a point-in-time recovery', () => {
  it('is reported once, with the last commit that survived, and quarantines nothing', async () => {
    await renewed()
    const kept = await generation(primary)
    const [survived] = await primary.sql<{ at: Date }>(
      `UPDATE workspace SET name = 'Survives' RETURNING clock_timestamp() AS at`,
    )
    await primary.sql(`SELECT pg_create_restore_point('before_the_mistake')`)
    await renewed()
    const [lost] = await primary.sql<{ at: Date }>('SELECT rotated_at AS at FROM credential')
    await place.archived(primary)

    const restored = await place.start('base', 'restored', 'recovery', [
      place.restoreCommand,
      `recovery_target_name = 'before_the_mistake'`,
      `recovery_target_action = 'promote'`,
    ])
    await takesWrites(restored)
    const db = clientOf(restored)
    const message = expect.stringContaining('its last commits may be lost')
    const reported = { level: 50, msg: message, timeline: 2, recoveredTo: expect.any(String) }
    expect(start(restored)).toMatchObject({ status: 0, lines: [reported] })

    const state = await quarantineStore(db).state()
    expect(state).toMatchObject({ timeline: 2, quarantined: 0, active: 1, timelineChangedAt: expect.any(Date) })
    const recoveredTo = state.recoveredTo?.getTime()
    expect(recoveredTo).toBeGreaterThanOrEqual(survived?.at.getTime() ?? Number.NaN)
    expect(recoveredTo).toBeLessThan(lost?.at.getTime() ?? Number.NaN)
    const shown = { noticedAt: state.timelineChangedAt, recoveredTo: state.recoveredTo }
    expect(await getTimelineChange(db)).toEqual(shown)
    await restored.sql(`UPDATE deployment SET timeline_changed_at = now() - interval '31 days'`)
    expect(await getTimelineChange(db)).toBeNull()
    expect([await generation(restored), await generation(primary)]).toEqual([kept, (kept ?? 0) + 1])
    expect(await checkDeployment(HERE, deploymentStore(db))).toEqual({ kind: 'same' })
    await restored.stop()
  })
})

describe('a standby that is promoted', () => {
  it('keeps working without a quarantine, and running processes report that commits may be lost', async () => {
    const { password } = new URL(primary.adminUrl('postgres'))
    const standby = await place.start('base', 'standby', 'standby', [
      `primary_conninfo = 'host=127.0.0.1 port=${primary.port} user=postgres password=${password}'`,
    ])
    const [end] = await primary.sql<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn')
    const caughtUp = async () =>
      (await standby.sql('SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS here', [end?.lsn]))[0]
    await expect.poll(caughtUp).toEqual({ here: true })
    await expect(checkDeployment(HERE, deploymentStore(clientOf(standby)))).rejects.toThrow()

    const kept = await generation(standby)
    await primary.stop()
    await standby.sql('SELECT pg_promote()')
    await takesWrites(standby)
    const db = clientOf(standby)
    const checks = await Promise.all([1, 2, 3].map(() => recheckDeployment(HERE, deploymentStore(db))))
    expect(checks.map(({ kind }) => kind).sort()).toEqual(['same', 'same', 'timeline_changed'])
    expect(await quarantineStore(db).state()).toMatchObject({ quarantined: 0, active: 1, timeline: 2 })
    expect((await ask(db, connection)).kind).toBe('token')
    expect(await generation(standby)).toBe(kept)
  })
})

/** A recovery that has reached its end. */
const takesWrites = (server: Server) =>
  expect.poll(() => server.sql('SELECT pg_is_in_recovery() AS recovering')).toEqual([{ recovering: false }])
