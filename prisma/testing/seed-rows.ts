import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { seedConnection, seedWorkspace } from '@/scripts/testing/seed-connection'

type Sql = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>

/** A workspace with a row in every table that names one. */
export async function seedRows(sql: Sql, name: string) {
  const workspaceId = await seedWorkspace(sql, name)
  const userId = uuidv7()
  await sql('INSERT INTO partner_user (id, name) VALUES ($1, $2)', [userId, name])
  const connectionId = await seedConnection(sql, `test:${randomBytes(32).toString('base64')}`, {
    workspaceId,
    airwallexAccountId: `acct_${connectionName(name)}`,
    accessToken: 'none',
    refreshToken: 'none',
    accessTokenLeftMs: 0,
  })
  const rows: Record<string, Record<string, unknown>> = {
    membership: { user_id: userId, role: 'viewer' },
    pending_authorization: {
      id: uuidv7(),
      user_id: userId,
      session_id: uuidv7(),
      environment: 'local',
      purpose: 'reauthorize',
      connection_id: connectionId,
      state_digest: uuidv7(),
      cookie_digest: 'x',
      sealed_code_verifier: 'x',
      redirect_uri: 'x',
      expires_at: new Date(),
    },
    rotation_day: {
      connection_id: connectionId,
      day: '2026-11-23',
      cause: 'x',
      outcome: 'x',
      rotations: 1,
      repairs: 0,
    },
    snapshot: { connection_id: connectionId, kind: 'balances', attempted_at: new Date() },
    audit_event: {
      id: uuidv7(),
      at: new Date(),
      sequence: 1,
      hash: Buffer.alloc(32),
      actor_kind: 'system',
      action: 'x',
      connection_id: connectionId,
      outcome: 'x',
    },
    invitation: {
      id: uuidv7(),
      email: 'x@partner.test',
      role: 'viewer',
      token_digest: uuidv7(),
      expires_at: new Date(),
    },
  }
  for (const [table, row] of Object.entries(rows)) {
    const values = { workspace_id: workspaceId, ...row }
    const places = Object.keys(values).map((_, i) => `$${i + 1}`)
    await sql(`INSERT INTO ${table} (${Object.keys(values)}) VALUES (${places})`, Object.values(values))
  }
  await sql('INSERT INTO audit_head (chain, sequence, hash) VALUES ($1, 1, $2)', [workspaceId, Buffer.alloc(32)])
  return { workspaceId, userId, connectionId }
}

const connectionName = (name: string) => name.replaceAll(/\W/g, '').padEnd(20, '0')
