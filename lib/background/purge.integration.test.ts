import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { Client } from '@/lib/pg-client.mjs'
import { type Setup, setUp } from '../authorization/testing/authorization-setup'
import { liveConnection } from '../authorization/testing/live-connection'
import { purge, RETENTION } from './purge'

let setup: Setup
let ada: PartnerUser
let connectionId: string
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  setup.sandbox.control.reset()
  await setup.sql('TRUNCATE connection, pending_authorization, webhook_event, session, worker_heartbeat CASCADE')
  ada = await setup.createPerson()
  const { sql, environment } = setup
  const place = {
    sql,
    control: setup.sandbox.control,
    tokenKeys: environment.TOKEN_KEYS,
    workspaceId: ada.workspace.id,
  }
  connectionId = (await liveConnection(place)).connectionId
})

const run = () => purge(new AbortController().signal)
const ago = (days: number, hours = 0) => new Date(Date.now() - (days * 24 + hours) * 3_600_000)
const { lineageDays, lineageGenerations } = RETENTION

/** `count` rows of the lineage, generations from `first` on. */
const rotations = (
  first: number,
  count: number,
  at: Date,
  changes: Partial<Record<'cause' | 'outcome', string>> & { repairs?: number } = {},
) =>
  setup.sql(
    `INSERT INTO rotation (id, workspace_id, connection_id, grant_no, generation, cause, process, outcome, repairs, committed_at)
     SELECT gen_random_uuid(), $1, $2, 1, g, $3, 'test', $4, $5, $6::timestamptz + g * interval '1 microsecond'
     FROM generate_series($7::int, $7::int + $8::int - 1) g`,
    [
      ada.workspace.id,
      connectionId,
      changes.cause ?? 'requested',
      changes.outcome ?? 'rotated',
      changes.repairs ?? 0,
      at,
      first,
      count,
    ],
  )
const counts = () =>
  setup.sql(`SELECT day::text, cause, outcome, rotations, repairs FROM rotation_day ORDER BY day, cause, outcome`)
const left = async () => Number((await setup.sql('SELECT count(*) FROM rotation'))[0]?.count)
const nowAtGeneration = (generation: number) => setup.sql('UPDATE credential SET generation = $1', [generation])
const dayOf = (date: Date) => date.toISOString().slice(0, 10)

describe('purge', () => {
  it('replaces old routine rotations by counts a day, over several batches, and loses none', async () => {
    const at = ago(lineageDays + 3)
    await rotations(1, 4_500, at)
    await rotations(4_501, 500, at, { cause: 'keep_alive' })
    await rotations(5_001, 40, ago(1))
    await nowAtGeneration(5_040)
    expect(await run()).toMatchObject({ rotationsCompacted: 4_990 })
    expect(await left()).toBe(lineageGenerations)
    expect(await counts()).toEqual([
      { day: dayOf(at), cause: 'keep_alive', outcome: 'rotated', rotations: 490, repairs: 0 },
      { day: dayOf(at), cause: 'requested', outcome: 'rotated', rotations: 4_500, repairs: 0 },
    ])
  })

  it('adds to what a day had before, also when two run at once', async () => {
    const at = ago(lineageDays + 3)
    await rotations(1, 300, at)
    await nowAtGeneration(9_000)
    await Promise.all([run(), run(), run()])
    await rotations(301, 200, at)
    await run()
    expect(await counts()).toEqual([
      { day: dayOf(at), cause: 'requested', outcome: 'rotated', rotations: 500, repairs: 0 },
    ])
    expect(await left()).toBe(0)
  })

  it('keeps whole what was repaired or ended badly, what is recent, and an idle connection of few generations', async () => {
    await rotations(1, 3, ago(lineageDays + 30), { repairs: 1 })
    await rotations(4, 1, ago(lineageDays + 30), { outcome: 'rejected' })
    await rotations(5, 1, ago(lineageDays + 30), { outcome: 'authorized', cause: 'authorization' })
    await rotations(6, 10, ago(lineageDays - 1))
    await nowAtGeneration(9_000)
    expect(await run()).toMatchObject({ rotationsCompacted: 0 })
    await setup.sql('DELETE FROM rotation')
    await rotations(1, 12, ago(lineageDays + 300))
    await nowAtGeneration(12)
    expect(await run()).toMatchObject({ rotationsCompacted: 0 })
    expect(await left()).toBe(12)
    expect(await counts()).toEqual([])
  })

  it('deletes expired authorizations, sessions, handled events and silent workers, and none that still count', async () => {
    const begun = await setup.begin(ada)
    const old = await setup.begin(ada)
    await setup.sql('UPDATE pending_authorization SET expires_at = $1 WHERE id = $2', [
      ago(RETENTION.pendingAuthorizationDays, 1),
      old.pendingAuthorizationId,
    ])
    await setup.sql('UPDATE session SET expires = $1 WHERE id = $2', [
      ago(RETENTION.sessionDays, 1),
      await setup.signIn(ada.userId),
    ])
    const event = (id: string, days: number, handled: boolean) =>
      setup.sql(
        `INSERT INTO webhook_event (id, name, airwallex_account_ids, occurred_at, received_at, payload, handled_at)
         VALUES ($1, 'x', '{}', $2::timestamptz, $2::timestamptz, '{"kind":"unrecognized"}', CASE WHEN $3 THEN $2::timestamptz END)`,
        [id, ago(days), handled],
      )
    await event('old', RETENTION.webhookEventDays + 1, true)
    await event('waiting', RETENTION.webhookEventDays + 1, false)
    await event('recent', RETENTION.webhookEventDays - 1, true)
    for (const [process, days] of [
      ['silent', RETENTION.heartbeatDays + 1],
      ['lives', 0],
    ] as const) {
      await setup.sql(
        `INSERT INTO worker_heartbeat (id, process, version, started_at, last_seen_at) VALUES ($1, $2, '1', $3, $3)`,
        [uuidv7(), process, ago(days)],
      )
    }
    expect(await run()).toEqual({
      pendingAuthorizations: 1,
      sessions: 1,
      webhookEvents: 1,
      heartbeats: 1,
      signInLinks: 0,
      invitations: 0,
      knownDevices: 0,
      rateLimits: 0,
      rotationsCompacted: 0,
    })
    expect(await setup.sql('SELECT id FROM pending_authorization')).toEqual([{ id: begun.pendingAuthorizationId }])
    expect(await setup.sql('SELECT id FROM webhook_event ORDER BY id')).toEqual([{ id: 'recent' }, { id: 'waiting' }])
    expect(await setup.sql('SELECT process FROM worker_heartbeat')).toEqual([{ process: 'lives' }])
    expect(await setup.count('connection')).toBe(1)
  })

  it('deletes invitations that expired a month ago, and none that is open, can be sent again or just was', async () => {
    const invited = async (email: string, expires: Date) => {
      const id = uuidv7()
      await setup.sql(
        `INSERT INTO invitation (id, workspace_id, email, role, token_digest, expires_at) VALUES ($1::uuid, $2, $3, 'viewer', $1::uuid::text, $4)`,
        [id, ada.workspace.id, email, expires],
      )
      return id
    }
    await invited('long-ago@partner.test', ago(RETENTION.invitationDays, 1))
    await invited('lately@partner.test', ago(RETENTION.invitationDays - 1))
    await invited('open@partner.test', ago(-6))
    const again = await invited('again@partner.test', ago(RETENTION.invitationDays, 1))
    const admin = new Client({ connectionString: setup.database.adminUrl })
    await admin.connect()
    await admin.query('BEGIN')
    await admin.query('UPDATE invitation SET expires_at = $2 WHERE id = $1', [again, ago(-7)])
    expect(await run()).toMatchObject({ invitations: 1 })
    await admin.query('COMMIT')
    await admin.end()
    expect(await run()).toMatchObject({ invitations: 0 })
    expect(await setup.sql('SELECT email FROM invitation ORDER BY email')).toEqual(
      ['again', 'lately', 'open'].map((name) => ({ email: `${name}@partner.test` })),
    )
  })

  it('deletes links and devices of long ago and windows that are over, and leaves the others', async () => {
    await setup.sql('TRUNCATE rate_limit, sign_in_link')
    const [old, recent] = [ago(RETENTION.signInLinkDays, 1), ago(0)]
    for (const expires of [old, recent]) {
      await setup.sql(
        `INSERT INTO sign_in_link (id, address, token_digest, browser_digest, expires_at) VALUES ($1::uuid, 'a@b.test', $1::uuid::text, '', $2)`,
        [uuidv7(), expires],
      )
    }
    for (const used of [ago(RETENTION.knownDeviceDays, 1), recent]) {
      await setup.sql('INSERT INTO known_device VALUES ($1, $2, $3)', [ada.userId, used.toISOString(), used])
    }
    await setup.sql(
      `INSERT INTO rate_limit VALUES ('x', 'over', 1, now() - interval '1 second'), ('x', 'open', 1, now() + interval '1 hour')`,
    )
    expect(await run()).toMatchObject({ signInLinks: 1, knownDevices: 1, rateLimits: 1 })
    expect(await setup.sql('SELECT key FROM rate_limit')).toEqual([{ key: 'open' }])
    expect(await setup.sql('SELECT last_used_at FROM known_device')).toEqual([{ last_used_at: recent }])
  })
})
