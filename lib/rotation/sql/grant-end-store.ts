import 'server-only'
import { type Db, Prisma } from '@/lib/db'
import type { ConnectionKey, ReauthorizationReason, TokenVersion } from '@/lib/rotation/row/row'
import { type SealedToken, storedSealedToken } from '@/lib/vault/seal'
import { instant } from './credential-sql'
import { endGrant, ofConnection } from './credential-statements'

// Ends of grants that are not an attempt's own (rotation.md step 12): by the partner user, and by Airwallex. They mean
// `applyDisconnect`, `applyEndGrant` and `applyDisconnectEvent` of grant-statements.ts.

export type Transaction = Pick<Db, '$queryRaw' | '$executeRaw'>

export type DroppedGrant = ConnectionKey &
  TokenVersion & {
    readonly environment: string
    readonly airwallexAccountId: string
    /** The newest one, whatever was in flight; null where the grant had ended before. */
    readonly sealedRefreshToken: SealedToken | null
  }

/** Drops a grant's tokens and returns the refresh token as it was. Null where there is nothing to disconnect. */
export async function dropGrant(tx: Transaction, key: ConnectionKey): Promise<DroppedGrant | null> {
  const [dropped] = await tx.$queryRaw<(Omit<DroppedGrant, 'sealedRefreshToken'> & { sealed: string | null })[]>`
    WITH old AS (
      SELECT c.connection_id, c.workspace_id, c.environment, c.airwallex_account_id, c.grant_no, c.generation,
        c.sealed_refresh_token
      FROM credential c WHERE ${ofConnection(key)} AND c.status <> 'disconnected' FOR UPDATE)
    UPDATE credential AS c SET ${endGrant('disconnected', null)}
    FROM old WHERE c.connection_id = old.connection_id
    RETURNING old.workspace_id AS "workspaceId", old.connection_id AS "connectionId", old.environment,
      old.airwallex_account_id AS "airwallexAccountId", old.grant_no AS "grantNo", old.generation,
      old.sealed_refresh_token AS "sealed"`
  if (!dropped) return null
  const { sealed, ...rest } = dropped
  return { ...rest, sealedRefreshToken: sealed === null ? null : storedSealedToken(sealed) }
}

/**
 * Airwallex says that this grant is over, and an API read agreed. Not while a refresh has been sent whose answer is
 * unknown: a token may have been replaced under the read, and that refresh finds out by itself.
 */
export async function endGrantAtAirwallex(
  tx: Transaction,
  { reason, ...version }: ConnectionKey & TokenVersion & { readonly reason: ReauthorizationReason },
): Promise<boolean> {
  const ended = await tx.$executeRaw`
    UPDATE credential AS c SET ${endGrant('reauthorization_required', reason)}
    WHERE ${ofConnection(version)} AND c.status = 'active' AND c.grant_no = ${version.grantNo}
      AND c.generation = ${version.generation} AND c.first_sent_at IS NULL`
  return ended === 1
}

export type EventTarget = ConnectionKey & TokenVersion & { readonly status: 'active' | 'disconnected' }

/**
 * Notes a disconnect event with every connection of the account whose grant it can be about, and returns them. Airwallex
 * writes whole seconds, so an event of this grant's first second counts; what it says is confirmed before it is acted on.
 */
export function noteDisconnectEvent(
  db: Transaction,
  event: { readonly environment: string; readonly airwallexAccountIds: readonly string[]; readonly at: Date },
): Promise<EventTarget[]> {
  return db.$queryRaw<EventTarget[]>`
    UPDATE credential AS c SET disconnect_event_at = coalesce(c.disconnect_event_at, rotation_clock())
    WHERE ${isAbout(event)} AND c.status IN ('active', 'disconnected')
    RETURNING c.workspace_id AS "workspaceId", c.connection_id AS "connectionId", c.grant_no AS "grantNo",
      c.generation, c.status::text AS "status"`
}

/** A refresh found the grant dead before its event came: now we know why. */
export async function explainEndedGrants(
  db: Transaction,
  event: Parameters<typeof noteDisconnectEvent>[1],
  reason: ReauthorizationReason,
): Promise<number> {
  return await db.$executeRaw`
    UPDATE credential AS c SET reason = ${reason}
    WHERE ${isAbout(event)} AND c.status = 'reauthorization_required'
      AND c.reason IN ('refresh_token_rejected', 'unresolved', 'unknown')`
}

/** The grant has proved alive after the event. */
export async function dismissDisconnectEvent(db: Transaction, target: ConnectionKey & TokenVersion): Promise<void> {
  await db.$executeRaw`
    UPDATE credential AS c SET disconnect_event_at = NULL
    WHERE ${ofConnection(target)} AND c.grant_no = ${target.grantNo} AND c.status = 'active'`
}

const isAbout = (event: Parameters<typeof noteDisconnectEvent>[1]) => Prisma.sql`
  c.environment = ${event.environment} AND c.airwallex_account_id = ANY(${[...event.airwallexAccountIds]}::text[])
  AND ${instant(event.at.getTime())} >= date_trunc('second', c.authorized_at)`

/** Who holds an account now, if anyone. For what must happen to the holder, never for what the asker is told. */
export async function findHolder(
  db: Transaction,
  account: { readonly environment: string; readonly airwallexAccountId: string },
): Promise<(ConnectionKey & TokenVersion) | null> {
  const [holder] = await db.$queryRaw<(ConnectionKey & TokenVersion)[]>`
    SELECT c.workspace_id AS "workspaceId", c.connection_id AS "connectionId", c.grant_no AS "grantNo", c.generation
    FROM credential c WHERE c.environment = ${account.environment}
      AND c.airwallex_account_id = ${account.airwallexAccountId} AND c.status <> 'disconnected'`
  return holder ?? null
}
