import 'server-only'
import { type Db, inWorkspace, db as sharedDb, type Transaction } from '@/lib/db'
import { isId } from '@/lib/ids'
import type { Snapshot, SnapshotKind } from '@/lib/snapshots/kinds'
import type { ListRequest } from './list-request'
import { type ConnectionSummary, type SummaryRow, toSummary } from './view-rows'
import { listCondition, summaryColumns, summaryTables } from './view-sql'

// What pages may read. Everything carries the workspace of the partner user: what belongs to another one answers as
// what does not exist.

export const PAGE_SIZE = 50

export type ConnectionPage = {
  readonly connections: readonly ConnectionSummary[]
  /** Where the next page begins; null on the last. */
  readonly next: string | null
}

/** The newest first, one page of at most 50. */
export async function listConnections(
  workspaceId: string,
  request: ListRequest,
  now: Date,
  db: Db = sharedDb(),
): Promise<ConnectionPage> {
  const rows = await inWorkspace(
    db,
    workspaceId,
    (tx) => tx.$queryRaw<SummaryRow[]>`
    SELECT ${summaryColumns} FROM ${summaryTables}
    WHERE c.workspace_id = ${workspaceId}::uuid AND ${listCondition(request)}
    ORDER BY c.id DESC LIMIT ${PAGE_SIZE + 1}`,
  )
  const connections = rows.slice(0, PAGE_SIZE).map((row) => toSummary(row, now))
  return { connections, next: rows.length > PAGE_SIZE ? (connections.at(-1)?.id ?? null) : null }
}

type DetailRow = SummaryRow & {
  readonly requestedScopes: string[]
  readonly grantedScopes: string[]
  readonly disconnectedAt: Date | null
  readonly revocationOutcome: string | null
  readonly disconnectEventAt: Date | null
  readonly authorizedAt: Date
  readonly generation: number
  readonly grantNo: number
  readonly keepAliveAt: Date | null
  readonly connectedByName: string | null
  readonly connectedByEmail: string | null
  readonly hasOperator: boolean
}

export type ConnectionDetails = ConnectionSummary & {
  readonly requestedScopes: readonly string[]
  readonly grantedScopes: readonly string[]
  /** Null when that person is gone. */
  readonly connectedBy: { readonly name: string | null; readonly email: string | null } | null
  readonly disconnectedAt: Date | null
  readonly revocationOutcome: string | null
  /** When Airwallex told us that the owner ended this grant. */
  readonly disconnectEventAt: Date | null
  readonly tokens: {
    readonly accessTokenExpiresAt: Date
    readonly refreshTokenExpiresAt: Date
    readonly authorizedAt: Date
    readonly rotatedAt: Date
    readonly keepAliveAt: Date | null
    readonly generation: number
    readonly grantNo: number
  }
}

export async function getConnectionDetails(
  workspaceId: string,
  connectionId: string,
  now: Date,
  db: Db = sharedDb(),
): Promise<ConnectionDetails | null> {
  if (!isId(connectionId)) return null
  return inWorkspace(db, workspaceId, (tx) => readConnectionDetails(tx, workspaceId, connectionId, now))
}

/** The same, as part of a transaction. */
export async function readConnectionDetails(
  tx: Transaction,
  workspaceId: string,
  connectionId: string,
  now: Date,
): Promise<ConnectionDetails | null> {
  const [row] = await tx.$queryRaw<DetailRow[]>`
    SELECT ${summaryColumns}, c.requested_scopes AS "requestedScopes", c.granted_scopes AS "grantedScopes",
      c.disconnected_at AS "disconnectedAt", c.revocation_outcome AS "revocationOutcome",
      k.disconnect_event_at AS "disconnectEventAt", k.authorized_at AS "authorizedAt", k.generation,
      k.grant_no AS "grantNo", k.keep_alive_at AS "keepAliveAt", u.name AS "connectedByName",
      u.email AS "connectedByEmail", u.id IS NOT NULL AS "hasOperator"
    FROM ${summaryTables} LEFT JOIN partner_user u ON u.id = c.connected_by_id
    WHERE c.workspace_id = ${workspaceId}::uuid AND c.id = ${connectionId}::uuid`
  if (!row) return null
  const { accessTokenExpiresAt, refreshTokenExpiresAt, authorizedAt, rotatedAt, keepAliveAt, generation, grantNo } = row
  return {
    ...toSummary(row, now),
    requestedScopes: row.requestedScopes,
    grantedScopes: row.grantedScopes,
    connectedBy: row.hasOperator ? { name: row.connectedByName, email: row.connectedByEmail } : null,
    disconnectedAt: row.disconnectedAt,
    revocationOutcome: row.revocationOutcome,
    disconnectEventAt: row.disconnectEventAt,
    tokens: { accessTokenExpiresAt, refreshTokenExpiresAt, authorizedAt, rotatedAt, keepAliveAt, generation, grantNo },
  }
}

export type StoredSnapshots = Readonly<Partial<Record<SnapshotKind, Snapshot>>>

/** What was last read of an account, by kind. */
export async function getSnapshots(
  workspaceId: string,
  connectionId: string,
  db: Db = sharedDb(),
): Promise<StoredSnapshots> {
  const rows = await inWorkspace(
    db,
    workspaceId,
    (tx) => tx.$queryRaw<(Snapshot & { readonly kind: SnapshotKind })[]>`
    SELECT kind, data, fetched_at AS "fetchedAt", attempted_at AS "attemptedAt", failure
    FROM snapshot WHERE workspace_id = ${workspaceId}::uuid AND connection_id = ${connectionId}::uuid`,
  )
  return Object.fromEntries(rows.map(({ kind, ...snapshot }) => [kind, snapshot]))
}
