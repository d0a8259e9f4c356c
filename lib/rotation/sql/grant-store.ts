import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { type Db, Prisma } from '@/lib/db'
import type { GrantArgs } from '@/lib/rotation/row/grant-statements'
import type { ConnectionKey, CredentialStatus, TokenVersion } from '@/lib/rotation/row/row'
import type { Secret } from '@/lib/vault/secret'
import { clearMark, dueNow, interval } from './credential-sql'
import { ofConnection, ofVersion } from './credential-statements'

// Grants as authorizations bring them (rotation.md step 12). `applyReauthorize` and `grantColumns` of
// grant-statements.ts say what these statements mean; grant-store.integration.test.ts holds the two against each other.

export type Transaction = Pick<Db, '$queryRaw' | '$executeRaw'>

export type NewGrant = Omit<GrantArgs, 'sealedAccessToken' | 'sealedRefreshToken'> & {
  readonly workspaceId: string
  readonly environment: string
  readonly airwallexAccountId: string
  /** Null: whichever connection of the workspace has this account, or a new one. */
  readonly expectedConnectionId: string | null
  readonly userId: string
  readonly requestedScopes: readonly string[]
  readonly grantedScopes: readonly string[]
  readonly accessToken: Secret | null
  readonly refreshToken: Secret
  readonly process: string
  readonly issuedFingerprint: string | null
  /** Binds and seals a token for the row and version that it is about to get. */
  readonly seal: (token: Secret, version: ConnectionKey & TokenVersion, field: TokenField) => Promise<string>
}
type TokenField = 'access_token' | 'refresh_token'

export type GrantWrite =
  | { readonly kind: 'written'; readonly connectionId: string; readonly replaced: CredentialStatus | null }
  | { readonly kind: 'different_account' }

/** Someone else of the same workspace stored a grant of the same account in between: repeat the transaction. */
export class GrantRaceError extends Error {
  override readonly name = 'GrantRaceError'
}

type Existing = TokenVersion & { readonly connectionId: string; readonly status: CredentialStatus }

/**
 * Stores a grant in the caller's transaction: the first of a new connection, or in place of whatever the workspace's
 * connection of that account has. Sealing under the row's lock costs some hundred microseconds and asks nobody.
 * @throws an error that `isHeldElsewhere` recognizes, or {GrantRaceError}; then nothing of the transaction may remain.
 */
export async function writeGrant(tx: Transaction, grant: NewGrant): Promise<GrantWrite> {
  const [existing] = await tx.$queryRaw<Existing[]>`
    SELECT c.connection_id AS "connectionId", c.grant_no AS "grantNo", c.generation, c.status::text AS "status"
    FROM connection n JOIN credential c ON c.connection_id = n.id AND c.workspace_id = n.workspace_id
    WHERE n.workspace_id = ${grant.workspaceId}::uuid AND n.environment = ${grant.environment}
      AND n.airwallex_account_id = ${grant.airwallexAccountId}
    FOR UPDATE OF c`
  if (grant.expectedConnectionId !== null && existing?.connectionId !== grant.expectedConnectionId) {
    return { kind: 'different_account' }
  }
  const connectionId = existing?.connectionId ?? uuidv7()
  const version = existing
    ? { grantNo: existing.grantNo + 1, generation: existing.generation + 1 }
    : { grantNo: 1, generation: 1 }
  const key = { workspaceId: grant.workspaceId, connectionId }
  const sealed = {
    access: grant.accessToken && (await grant.seal(grant.accessToken, { ...key, ...version }, 'access_token')),
    refresh: await grant.seal(grant.refreshToken, { ...key, ...version }, 'refresh_token'),
  }
  if (existing) await swapGrant(tx, grant, existing, sealed)
  else await insertGrant(tx, grant, connectionId, sealed)
  await tx.$executeRaw`
    INSERT INTO rotation (id, workspace_id, connection_id, grant_no, generation, cause, process, outcome, committed_at,
      issued_fingerprint)
    VALUES (${uuidv7()}::uuid, ${grant.workspaceId}::uuid, ${connectionId}::uuid, ${version.grantNo},
      ${version.generation}, 'authorization', ${grant.process}, 'authorized', rotation_clock(),
      ${grant.issuedFingerprint})`
  return { kind: 'written', connectionId, replaced: existing?.status ?? null }
}

type Sealed = { readonly access: string | null; readonly refresh: string }

async function swapGrant(tx: Transaction, grant: NewGrant, existing: Existing, sealed: Sealed): Promise<void> {
  const { workspaceId, requestedScopes, grantedScopes } = grant
  const key = { workspaceId, connectionId: existing.connectionId }
  const swapped = await tx.$executeRaw`
    UPDATE credential AS c SET ${clearMark}, ${dueNow}, ${grantColumns(grant, sealed)}, fence = c.fence + 1,
      grant_no = c.grant_no + 1, generation = c.generation + 1
    WHERE ${ofVersion({ ...key, ...existing })}`
  if (swapped !== 1) throw new GrantRaceError('The row moved on under its lock')
  await tx.$executeRaw`
    UPDATE connection SET requested_scopes = ${[...requestedScopes]}::text[],
      granted_scopes = ${[...grantedScopes]}::text[], disconnected_at = NULL, revocation_outcome = NULL
    WHERE id = ${key.connectionId}::uuid AND workspace_id = ${workspaceId}::uuid`
}

async function insertGrant(tx: Transaction, grant: NewGrant, connectionId: string, sealed: Sealed): Promise<void> {
  const { workspaceId, environment, airwallexAccountId } = grant
  const inserted = await tx.$executeRaw`
    INSERT INTO connection (id, workspace_id, environment, airwallex_account_id, requested_scopes, granted_scopes,
      connected_by_id, connected_at)
    VALUES (${connectionId}::uuid, ${workspaceId}::uuid, ${environment}, ${airwallexAccountId},
      ${[...grant.requestedScopes]}::text[], ${[...grant.grantedScopes]}::text[], ${grant.userId}::uuid,
      rotation_clock())
    ON CONFLICT (workspace_id, environment, airwallex_account_id) DO NOTHING`
  if (inserted === 0) throw new GrantRaceError('The workspace connected this account a moment ago')
  // The columns that have to be there before `grantColumns` sets them all; the row is never seen like this.
  await tx.$executeRaw`
    INSERT INTO credential AS c (connection_id, workspace_id, environment, airwallex_account_id, status, status_since,
      grant_no, generation, sealed_refresh_token, access_token_life_seconds, access_token_expires_at,
      refresh_token_expires_at, authorized_at, rotated_at)
    VALUES (${connectionId}::uuid, ${workspaceId}::uuid, ${environment}, ${airwallexAccountId}, 'active',
      rotation_clock(), 1, 1, ${sealed.refresh}, 0, rotation_clock(), rotation_clock(), rotation_clock(),
      rotation_clock())`
  await tx.$executeRaw`
    UPDATE credential AS c SET ${grantColumns(grant, sealed)} WHERE ${ofConnection({ workspaceId, connectionId })}`
}

const grantColumns = (grant: NewGrant, sealed: Sealed) => Prisma.sql`
  status = 'active', reason = NULL, status_since = rotation_clock(), sealed_access_token = ${sealed.access},
  sealed_refresh_token = ${sealed.refresh}, access_token_life_seconds = ${grant.accessTokenLifeSeconds},
  access_token_expires_at =
    rotation_clock() + ${interval(grant.accessTokenLifeSeconds * 1_000)} - ${interval(grant.elapsedMs)},
  refresh_token_expires_at =
    rotation_clock() + ${interval(grant.refreshTokenLifeSeconds * 1_000)} - ${interval(grant.elapsedMs)},
  authorized_at = rotation_clock(), rotated_at = rotation_clock(),
  keep_alive_at = rotation_clock() + ${interval(grant.keepAliveInMs)},
  sent_fence = NULL, commit_fence = NULL, forced_at = NULL, disconnect_event_at = NULL`

/** The unique index on live accounts refused: another workspace holds the account. */
export function isHeldElsewhere(error: unknown): boolean {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: { constraint?: { index?: string } } } } }
  return meta?.driverAdapterError?.cause?.constraint?.index === 'credential_live_account'
}
