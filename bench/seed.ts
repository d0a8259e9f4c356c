import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { parseTokenKeys } from '@/lib/vault/keyring'
import { createVault } from '@/lib/vault/seal'

export type Grant = {
  readonly workspaceId: string
  readonly connectionId: string
  readonly accountId: string
  readonly refreshToken: string
}

type Seed = {
  readonly control: <T>(method: string, path: string, body?: unknown) => Promise<T>
  readonly sql: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>
  readonly tokenKeys: string
  readonly count: number
  /** Seconds that the access token has left; negative when it is over. */
  readonly leftSeconds?: number
  readonly dueForKeepAlive?: boolean
}

const BATCH = 500

/** As many connections of one workspace, each with a grant of its own account at the sandbox. */
export async function seedGrants(seed: Seed): Promise<Grant[]> {
  const { control, sql, tokenKeys, count, leftSeconds = -60, dueForKeepAlive = false } = seed
  const vault = createVault(parseTokenKeys(tokenKeys))
  const workspaceId = uuidv7()
  await sql(`INSERT INTO workspace (id, name) VALUES ($1, 'Bench')`, [workspaceId])
  const grants: Grant[] = []
  for (let from = 0; from < count; from += BATCH) {
    const size = Math.min(BATCH, count - from)
    const { accountIds } = await control<{ accountIds: string[] }>('POST', 'accounts', { count: size })
    const issued = await control<{ accessToken: string; refreshToken: string }[]>(
      'POST',
      'grants',
      accountIds.map((accountId) => ({ accountId })),
    )
    const rows = await Promise.all(
      issued.map(async ({ accessToken, refreshToken }, n) => {
        const connectionId = uuidv7()
        const binding = { environment: 'local', workspaceId, connectionId, grantNo: 1, generation: 1 }
        const accountId = accountIds[n] ?? ''
        return {
          grant: { workspaceId, connectionId, accountId, refreshToken },
          access: await vault.seal({ ...binding, field: 'access_token' }, accessToken),
          refresh: await vault.seal({ ...binding, field: 'refresh_token' }, refreshToken),
        }
      }),
    )
    const ids = rows.map(({ grant }) => grant.connectionId)
    const accounts = rows.map(({ grant }) => grant.accountId)
    await sql(
      `INSERT INTO connection (id, workspace_id, environment, airwallex_account_id, connected_at, requested_scopes, granted_scopes)
       SELECT id, $1, 'local', account, now(), '{account_details:read}', '{account_details:read}'
       FROM unnest($2::uuid[], $3::text[]) AS new (id, account)`,
      [workspaceId, ids, accounts],
    )
    await sql(
      `INSERT INTO credential (connection_id, workspace_id, environment, airwallex_account_id, status, status_since,
         grant_no, generation, sealed_access_token, sealed_refresh_token, access_token_life_seconds,
         access_token_expires_at, refresh_token_expires_at, authorized_at, rotated_at, keep_alive_at)
       SELECT id, $1, 'local', account, 'active', now(), 1, 1, access, refresh, 300,
         now() + $6 * interval '1 second', now() + interval '60 days', now(), now(), now() + $7 * interval '1 day'
       FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS new (id, account, access, refresh)`,
      [
        workspaceId,
        ids,
        accounts,
        rows.map(({ access }) => access),
        rows.map(({ refresh }) => refresh),
        leftSeconds,
        dueForKeepAlive ? -1 : 30,
      ],
    )
    grants.push(...rows.map(({ grant }) => grant))
  }
  await sql('ANALYZE connection, credential')
  return grants
}
