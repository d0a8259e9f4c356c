import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { parseTokenKeys } from '@/lib/vault/keyring'
import { createVault } from '@/lib/vault/seal'

type Sql = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>

type Seed = {
  workspaceId: string
  airwallexAccountId: string
  accessToken: string
  refreshToken: string
  /** Milliseconds from now; negative for a token that is over. */
  accessTokenLeftMs: number
}

export async function seedWorkspace(sql: Sql, name = 'Workspace'): Promise<string> {
  const id = uuidv7()
  await sql('INSERT INTO workspace (id, name) VALUES ($1, $2)', [id, name])
  return id
}

/** A connection whose first grant came from somewhere else: the sandbox's control, mostly. Returns its id. */
export async function seedConnection(sql: Sql, tokenKeys: string, seed: Seed): Promise<string> {
  const vault = createVault(parseTokenKeys(tokenKeys))
  const connectionId = uuidv7()
  const { workspaceId, airwallexAccountId } = seed
  const binding = { environment: 'local', workspaceId, connectionId, grantNo: 1, generation: 1 }
  await sql(
    `INSERT INTO connection (id, workspace_id, environment, airwallex_account_id, connected_at, requested_scopes, granted_scopes)
     VALUES ($1, $2, 'local', $3, now(), '{account_details:read,balance:read}', '{account_details:read,balance:read}')`,
    [connectionId, workspaceId, airwallexAccountId],
  )
  await sql(
    `INSERT INTO credential (connection_id, workspace_id, environment, airwallex_account_id, status, status_since,
       grant_no, generation, sealed_access_token, sealed_refresh_token, access_token_life_seconds,
       access_token_expires_at, refresh_token_expires_at, authorized_at, rotated_at, keep_alive_at)
     VALUES ($1, $2, 'local', $3, 'active', now(), 1, 1, $4, $5, 300,
       now() + $6::float8 * interval '1 millisecond', now() + interval '60 days', now(), now(), now() + interval '30 days')`,
    [
      connectionId,
      workspaceId,
      airwallexAccountId,
      await vault.seal({ ...binding, field: 'access_token' }, seed.accessToken),
      await vault.seal({ ...binding, field: 'refresh_token' }, seed.refreshToken),
      seed.accessTokenLeftMs,
    ],
  )
  return connectionId
}
