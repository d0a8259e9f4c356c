import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { airwallexTokenEndpoint } from '@/lib/airwallex/token-endpoint'
import { liveConnection, type Place, rotationState } from '@/lib/authorization/testing/live-connection'
import { connect, type Db } from '@/lib/db'
import { parseEnv } from '@/lib/env'
import { figures } from '@/lib/rotation/figures'
import { createRotation } from '@/lib/rotation/run/driver'
import { rotationStore } from '@/lib/rotation/sql/rotation-store'
import { rotationVault, systemClock } from '@/lib/tokens/rotation'
import { createVault } from '@/lib/vault/seal'
import { startSandbox } from '@/sandbox/sandbox'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { seedWorkspace } from '@/scripts/testing/seed-connection'

let database: Awaited<ReturnType<typeof freshDatabase>>
let sandbox: Awaited<ReturnType<typeof startSandbox>>
let place: Place
let db: Db
let store: ReturnType<typeof rotationStore>
let rotation: ReturnType<typeof createRotation>

beforeAll(async () => {
  database = await freshDatabase()
  sandbox = await startSandbox()
  const { clientId, clientSecret } = sandbox.config
  const environment = testEnvironment({
    databaseUrl: database.url,
    sandboxOrigin: sandbox.origin,
    clientId,
    clientSecret,
  })
  const { airwallex, tokenKeys, lateProbe } = parseEnv(environment)
  const workspaceId = await seedWorkspace(database.sql)
  place = { sql: database.sql, control: sandbox.control, tokenKeys: environment.TOKEN_KEYS, workspaceId }
  // As small a pool as there can be, also for what must become known.
  db = connect(database.url, { max: 1 })
  store = rotationStore({ db, freshDb: db, figures })
  rotation = createRotation({
    store,
    tokenEndpoint: airwallexTokenEndpoint(airwallex),
    vault: rotationVault(createVault(tokenKeys), 'local'),
    clock: systemClock,
    random: Math.random,
    rules: { figures, lateProbe, process: 'test' },
    observe: () => undefined,
  })
})
afterAll(async () => {
  await rotation.stop()
  await db.$disconnect()
  await sandbox.close()
  await database.close()
})

function gate(): [Promise<void>, () => void] {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return [opened, () => open()]
}

/** Takes the pool's only connection until the returned function is called. */
async function takePool(): Promise<() => Promise<void>> {
  const [released, release] = gate()
  const [taken, tell] = gate()
  const holding = db.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`SET LOCAL idle_in_transaction_session_timeout = 0`
      tell()
      await released
    },
    { timeout: 60_000 },
  )
  await taken
  return async () => {
    release()
    await holding
  }
}

describe('F35: a pool without a free connection', () => {
  it('fails the claim within two seconds, sends nothing, and is over as soon as there is a connection', async () => {
    const { connectionId } = await liveConnection(place)
    const key = { workspaceId: place.workspaceId, connectionId }
    const request = { key, minTtlMs: 0, neededBy: 'test', rejectedGeneration: null }
    expect(figures.statementMs).toBeLessThanOrEqual(2_000)

    const giveBack = await takePool()
    // Each of these settles while the pool is still taken: its own bound ends it.
    const claim = await store.claim({ ...key, grantNo: 1, generation: 1, leaseMs: figures.leaseMs })
    expect(claim.kind).toBe('unknown')
    expect(await rotation.rescue(key)).toEqual({ kind: 'gave_up', why: 'store_unreachable' })
    expect((await rotation.getAccessToken(request, () => undefined)).kind).toBe('temporarily_unavailable')
    await giveBack()

    expect(sandbox.control.verdict().tokenRequests).toBe(0)
    expect(await rotationState(database.sql, connectionId)).toEqual({ status: 'active', generation: 1, sent: false })
    expect((await rotation.getAccessToken(request, () => undefined)).kind).toBe('token')
    expect(sandbox.control.verdict().tokenRequests).toBe(1)
  })
})
