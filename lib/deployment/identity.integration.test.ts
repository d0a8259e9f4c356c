import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepAlivePass } from '@/lib/background/keep-alive'
import { rescueDeps, rescueLoop } from '@/lib/background/rescue'
import { connect, db } from '@/lib/db'
import { figures } from '@/lib/rotation/figures'
import { createRotation } from '@/lib/rotation/run/driver'
import { rotationStore } from '@/lib/rotation/sql/rotation-store'
import { rotationDeps } from '@/lib/tokens/rotation'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { type Setup, setUp } from '../authorization/testing/authorization-setup'
import { interrupt, type LiveConnection, liveConnection } from '../authorization/testing/live-connection'
import { deploymentStore } from './deployment-store'
import { checkDeployment, DeploymentError } from './identity'
import { liftQuarantine } from './quarantine'
import { quarantineStore } from './quarantine-store'
import { watchDeployment } from './watch'

// docs/rotation.md F33, docs/security.md T22: a copy of the database sends nothing until someone says that it may.

let setup: Setup
const copies: Awaited<ReturnType<typeof freshDatabase>>[] = []
beforeAll(async () => {
  setup = await setUp()
})
afterAll(async () => {
  await Promise.all(copies.map((copy) => copy.close()))
  await setup.tearDown()
})
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.sql('TRUNCATE connection, deployment CASCADE')
})

const LOCAL = { environment: 'local', appOrigin: 'http://localhost:3000' }
const sends = () => setup.sandbox.control.verdict().refreshRequests

/** A connection that is due, one that a process left interrupted, and an idle one. */
async function connections() {
  const ada = await setup.createPerson()
  const { sql, environment } = setup
  const place = {
    sql,
    control: setup.sandbox.control,
    tokenKeys: environment.TOKEN_KEYS,
    workspaceId: ada.workspace.id,
  }
  const [due, interrupted, fresh] = [
    await liveConnection(place),
    await liveConnection(place),
    await liveConnection(place),
  ]
  const { clientId, clientSecret } = setup.sandbox.config
  await interrupt(place, interrupted, { origin: setup.sandbox.origin, clientId, clientSecret })
  await sql(`UPDATE credential SET keep_alive_at = now() - interval '1 day' WHERE connection_id = $1`, [
    due.connectionId,
  ])
  return { ada, due, interrupted, fresh }
}

/** Another database with the same rows, as a restore of a dump makes it. */
async function clone() {
  const copy = await freshDatabase()
  copies.push(copy)
  for (const table of ['deployment', 'partner_user', 'workspace', 'connection', 'credential', 'rotation']) {
    const [dump] = await setup.sql<{ rows: object[] }>(
      `SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') AS rows FROM ${table} t`,
    )
    await copy.sql(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`, [
      JSON.stringify(dump?.rows),
    ])
  }
  return copy.client()
}

describe('the boot check', () => {
  it('writes down which database it is, once for all processes, and then recognizes it', async () => {
    const store = deploymentStore(db())
    const kinds = (await Promise.all(Array.from({ length: 8 }, () => checkDeployment(LOCAL, store)))).map(
      ({ kind }) => kind,
    )
    expect(kinds.filter((kind) => kind === 'registered')).toHaveLength(1)
    expect(kinds.filter((kind) => kind === 'same')).toHaveLength(7)
    const [row] = await setup.sql(
      `SELECT system_identity = (SELECT system_identifier FROM pg_control_system()) || '/' ||
         (SELECT oid FROM pg_database WHERE datname = current_database()) AS named FROM deployment`,
    )
    expect(row?.named).toBe(true)
  })

  it('needs no special right to tell its identity, and goes on where it is not told', async () => {
    const facts = await deploymentStore(db()).databaseFacts()
    expect(facts).toEqual(await deploymentStore(setup.database.adminClient()).databaseFacts())
    expect(facts.systemIdentifier).toMatch(/^\d+$/)

    await setup.sql('REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC')
    expect((await deploymentStore(db()).databaseFacts()).systemIdentifier).toBeNull()
    await setup.sql('GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC')
  })

  it.each([
    ['a superuser', () => setup.database.adminUrl, /is a superuser or has BYPASSRLS/],
    ['the owner of the tables', () => setup.database.ownerUrl, /its role owns tables .* may create tables/],
  ])('refuses %s, naming DATABASE_URL and what to do', async (_, url, reason) => {
    const tooStrong = connect(url())
    const refused = checkDeployment(LOCAL, deploymentStore(tooStrong))
    await expect(refused).rejects.toThrow(reason)
    await expect(refused).rejects.toThrow(/^DATABASE_URL .*\n.*member of partner_dashboard_app/)
    await tooStrong.$disconnect()
  })

  it('refuses the settings of a restored dump, and the statements that it names mend them', async () => {
    const restored = await freshDatabase()
    copies.push(restored)
    const name = new URL(restored.url).pathname.slice(1)
    await restored.sql(`ALTER DATABASE ${name} RESET ALL`)
    await restored.sql(`ALTER ROLE dashboard_app IN DATABASE ${name} SET lock_timeout = '1min'`)
    const check = async () => {
      const db = connect(restored.url)
      return checkDeployment(LOCAL, deploymentStore(db)).finally(() => db.$disconnect())
    }
    const refusal = await check().catch((error: DeploymentError) => error)
    expect(refusal).toBeInstanceOf(DeploymentError)
    const { message } = refusal as DeploymentError
    for (const setting of [
      'statement_timeout is 0',
      'lock_timeout is 60000',
      'idle_in_transaction_session_timeout is 0',
    ]) {
      expect(message).toContain(setting)
    }
    const statements = message.match(/ALTER .*;/g) ?? []
    expect(statements).toHaveLength(3)
    for (const statement of statements) await restored.sql(statement)
    expect(await check()).toEqual({ kind: 'registered' })
  })

  it('refuses a database of another environment', async () => {
    await checkDeployment(LOCAL)
    await expect(checkDeployment({ ...LOCAL, environment: 'production' })).rejects.toThrow(DeploymentError)
  })

  it('writes down the address and the timeline where an earlier release did not', async () => {
    await checkDeployment(LOCAL)
    await setup.sql('UPDATE deployment SET app_origin = NULL, timeline = NULL')
    expect(await checkDeployment(LOCAL)).toEqual({ kind: 'same' })
    expect(await setup.sql('SELECT app_origin, timeline, timeline_changed_at FROM deployment')).toEqual([
      { app_origin: LOCAL.appOrigin, timeline: 1, timeline_changed_at: null },
    ])
  })

  it('goes on where the server does not tell its timeline', async () => {
    await setup.sql('REVOKE EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) FROM PUBLIC')
    expect((await deploymentStore(db()).databaseFacts()).timeline).toBeNull()
    expect(await checkDeployment(LOCAL)).toEqual({ kind: 'registered' })
    await setup.sql('GRANT EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) TO PUBLIC')
    expect(await checkDeployment(LOCAL)).toEqual({ kind: 'same' })
    expect(await quarantineStore().state()).toMatchObject({ timeline: 1, timelineChangedAt: null })
  })

  it('refuses a database that may forget what it acknowledged', async () => {
    const url = new URL(setup.database.url)
    url.searchParams.set('options', '-c synchronous_commit=off')
    const forgetful = connect(url.href)
    await expect(checkDeployment(LOCAL, deploymentStore(forgetful))).rejects.toThrow(/synchronous_commit/)
    await forgetful.$disconnect()
  })
})

describe('F33: a cloned database', () => {
  it('quarantines every active connection once, and sends nothing until it is lifted', async () => {
    const { ada, due, interrupted, fresh } = await connections()
    await checkDeployment(LOCAL)
    const copy = await clone()
    const before = sends()
    const checks = await Promise.all([1, 2, 3].map(() => checkDeployment(LOCAL, deploymentStore(copy))))
    expect(checks.filter(({ kind }) => kind === 'quarantined')).toEqual([{ kind: 'quarantined', connections: 3 }])

    const store = rotationStore({ db: copy, freshDb: copy, figures })
    const rotation = createRotation({ ...rotationDeps(), store })
    const ask = ({ connectionId }: LiveConnection) =>
      rotation.getAccessToken(
        {
          key: { workspaceId: ada.workspace.id, connectionId },
          minTtlMs: 0,
          neededBy: 'test',
          rejectedGeneration: null,
        },
        (work) => setup.defer(work),
      )
    const ending = new AbortController()
    const work = rescueLoop(ending.signal, undefined, { ...rescueDeps(), rotation, scans: store })
    expect(await keepAlivePass(ending.signal, { rotation, scans: store })).toEqual({ rotated: 0, left: 0 })
    for (const connection of [due, interrupted, fresh]) expect((await ask(connection)).kind).toBe('quarantined')
    await rotation.rescue({ workspaceId: ada.workspace.id, connectionId: interrupted.connectionId })
    ending.abort()
    await work
    await setup.settled()
    expect(sends()).toBe(before)

    const lifted = await liftQuarantine({ partnerUser: ada, connectionId: due.connectionId }, quarantineStore(copy))
    expect(lifted).toEqual({ kind: 'lifted' })
    expect((await ask(due)).kind).toBe('token')
    expect(sends()).toBe(before + 1)
    expect((await ask(fresh)).kind).toBe('quarantined')
  })

  it('leaves the original as it was', async () => {
    const { due } = await connections()
    await checkDeployment(LOCAL)
    const copy = await clone()
    await checkDeployment(LOCAL, deploymentStore(copy))
    expect(await checkDeployment(LOCAL)).toEqual({ kind: 'same' })
    const [row] = await setup.sql('SELECT count(*)::int AS count FROM credential WHERE quarantined_at IS NOT NULL')
    expect(row?.count).toBe(0)
    expect(due).toBeDefined()
  })
})

describe('a process that runs', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
  afterEach(() => {
    vi.clearAllTimers()
    vi.useRealTimers()
  })

  it('looks every half minute whether a copy took the place of its database, and quarantines that', async () => {
    await connections()
    await checkDeployment()
    watchDeployment()
    await setup.sql(`UPDATE deployment SET system_identity = '1/1'`)
    vi.advanceTimersByTime(29_999)
    expect(await quarantineStore().state()).toMatchObject({ quarantined: 0 })
    vi.advanceTimersByTime(1)
    await expect.poll(() => quarantineStore().state()).toMatchObject({ quarantined: 3 })
  })
})

describe('quarantine by hand', () => {
  it('covers every active connection, tells since when, and is lifted as a whole', async () => {
    await checkDeployment(LOCAL)
    await connections()
    const store = quarantineStore()
    expect(await store.quarantineAll(LOCAL)).toBe(3)
    expect(await store.quarantineAll(LOCAL)).toBe(0)
    expect(await store.state()).toMatchObject({
      environment: 'local',
      quarantined: 3,
      active: 3,
      since: expect.any(Date),
    })
    expect(await keepAlivePass(new AbortController().signal)).toEqual({ rotated: 0, left: 0 })
    expect(await store.liftAll()).toBe(3)
    expect(await store.state()).toMatchObject({ quarantined: 0, since: null })
  })

  it('is lifted for one connection by an owner of its workspace alone, and leaves an audit entry', async () => {
    const { ada, due } = await connections()
    await quarantineStore().quarantineAll(LOCAL)
    const { connectionId } = due
    const stranger = await setup.createPerson()
    const operator = await setup.createPerson({ workspaceId: ada.workspace.id, role: 'operator' })
    expect(await liftQuarantine({ partnerUser: operator, connectionId })).toEqual({ kind: 'not_allowed' })
    expect(await liftQuarantine({ partnerUser: stranger, connectionId })).toEqual({ kind: 'not_found' })
    expect(await liftQuarantine({ partnerUser: ada, connectionId: 'nonsense' })).toEqual({ kind: 'not_found' })
    expect(await liftQuarantine({ partnerUser: ada, connectionId })).toEqual({ kind: 'lifted' })
    expect(await liftQuarantine({ partnerUser: ada, connectionId })).toEqual({ kind: 'not_quarantined' })
    const lifts = (await setup.audit(ada.workspace.id)).filter(
      ({ action }) => action === 'connection.quarantine_lifted',
    )
    expect(lifts).toMatchObject([{ connectionId, actorUserId: ada.userId }])
  })
})
