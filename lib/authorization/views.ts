import 'server-only'
import type { ConnectionSummary } from '@/lib/connections/view-rows'
import { readConnectionDetails } from '@/lib/connections/views'
import { type Db, inWorkspace, db as sharedDb, type Transaction } from '@/lib/db'
import { isId } from '@/lib/ids'
import { type CallbackOutcome, isCallbackOutcome } from './outcomes'

type ResultRow = {
  readonly purpose: string
  readonly outcome: string | null
  readonly expiresAt: Date
  readonly consumedAt: Date | null
  readonly connectionId: string | null
  readonly workspaceName: string
}

export type AuthorizationResult = {
  readonly purpose: 'connect' | 'reauthorize' | 'add_permissions'
  /** Null while there is none yet. */
  readonly outcome: CallbackOutcome | null
  readonly expiresAt: Date
  readonly consumedAt: Date | null
  /** What the outcome is about, or what was to be reauthorized. */
  readonly connection: ConnectionSummary | null
  readonly workspaceName: string
}

/** What became of an authorization that this very user began in this workspace. */
export async function getAuthorizationResult(
  viewer: { readonly userId: string; readonly workspaceId: string },
  id: string,
  now: Date,
  db: Db = sharedDb(),
): Promise<AuthorizationResult | null> {
  if (!isId(id)) return null
  return inWorkspace(db, viewer.workspaceId, (tx) => readResult(tx, viewer, id, now))
}

async function readResult(
  tx: Transaction,
  viewer: { readonly userId: string; readonly workspaceId: string },
  id: string,
  now: Date,
): Promise<AuthorizationResult | null> {
  const [row] = await tx.$queryRaw<ResultRow[]>`
    SELECT p.purpose::text AS "purpose", p.outcome, p.expires_at AS "expiresAt", p.consumed_at AS "consumedAt",
      coalesce(p.result_connection_id, p.connection_id) AS "connectionId", w.name AS "workspaceName"
    FROM pending_authorization p JOIN workspace w ON w.id = p.workspace_id
    WHERE p.id = ${id}::uuid AND p.user_id = ${viewer.userId}::uuid AND p.workspace_id = ${viewer.workspaceId}::uuid`
  if (!row) return null
  return {
    purpose: row.purpose as AuthorizationResult['purpose'],
    outcome: row.outcome !== null && isCallbackOutcome(row.outcome) ? row.outcome : null,
    expiresAt: row.expiresAt,
    consumedAt: row.consumedAt,
    connection: row.connectionId ? await readConnectionDetails(tx, viewer.workspaceId, row.connectionId, now) : null,
    workspaceName: row.workspaceName,
  }
}
