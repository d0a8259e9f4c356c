import type pg from 'pg'
import { seedConnection } from '@/scripts/testing/seed-connection'

type Sql = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>
type Control = {
  createAccounts(input: { count: number }): string[]
  mintGrant(input: { accountId: string }): { accessToken: string; refreshToken: string }
}

/** What a test needs to connect an account of the sandbox without walking through the consent. */
export type Place = {
  readonly sql: Sql
  readonly control: Control
  readonly tokenKeys: string
  readonly workspaceId: string
}

export type LiveConnection = {
  readonly connectionId: string
  readonly accountId: string
  readonly refreshToken: string
}

/** An active connection whose grant lives at the sandbox, an account of its own each. */
export async function liveConnection(place: Place, accessTokenLeftMs = -1_000): Promise<LiveConnection> {
  const { sql, control, tokenKeys, workspaceId } = place
  const [accountId = ''] = control.createAccounts({ count: 1 })
  const { accessToken, refreshToken } = control.mintGrant({ accountId })
  const seed = { workspaceId, airwallexAccountId: accountId, accessToken, refreshToken, accessTokenLeftMs }
  return { connectionId: await seedConnection(sql, tokenKeys, seed), accountId, refreshToken }
}

/** As a process leaves it that was killed after its refresh was processed and before it could store the answer. */
export async function interrupt(
  { sql }: Place,
  { connectionId, refreshToken }: LiveConnection,
  airwallex: { origin: string; clientId: string; clientSecret: string },
  leaseLeftMs = -1_000,
): Promise<void> {
  const { origin, clientId, clientSecret } = airwallex
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
  })
  await fetch(`${origin}/oauth/token`, { method: 'POST', body })
  await sql(
    `UPDATE credential SET fence = fence + 1, sent_fence = fence + 1, send_count = 1,
       first_sent_at = rotation_clock(), ambiguous_since = rotation_clock(),
       lease_until = rotation_clock() + $2::float8 * interval '1 millisecond' WHERE connection_id = $1`,
    [connectionId, leaseLeftMs],
  )
}

/** What a row says about its rotation. */
export async function rotationState(sql: Sql, connectionId: string) {
  const [row] = await sql<{ status: string; generation: number; sent: boolean }>(
    `SELECT status::text, generation, first_sent_at IS NOT NULL AS sent FROM credential WHERE connection_id = $1`,
    [connectionId],
  )
  return row
}
