import 'server-only'
import { recordAudit } from '@/lib/audit/audit-store'
import { acrossWorkspaces, type Db, inWorkspace, db as sharedDb } from '@/lib/db'
import type { ConnectionKey } from '@/lib/rotation/row/row'
import { type DroppedGrant, dropGrant, findHolder } from '@/lib/rotation/sql/grant-end-store'
import { EXCHANGE_BOUND_SECONDS } from './exchange-bound'

/** What became of the best-effort revocation. RFC 7009 §2.2: even a 200 does not say that a token was known. */
export type RevocationOutcome = 'accepted' | 'failed' | 'unreadable' | 'skipped_live_grant'

export type Disconnected = DroppedGrant | 'already_disconnected' | 'not_found'

export type DisconnectStore = ReturnType<typeof disconnectStore>

export function disconnectStore(db: Db = sharedDb()) {
  return {
    /** Ends the grant and keeps the history. What is in flight becomes uncommittable by the same update. */
    disconnect(key: ConnectionKey, userId: string): Promise<Disconnected> {
      return inWorkspace(db, key.workspaceId, async (tx): Promise<Disconnected> => {
        const dropped = await dropGrant(tx, key)
        if (!dropped) {
          const found = await tx.connection.count({ where: { id: key.connectionId, workspaceId: key.workspaceId } })
          return found === 1 ? 'already_disconnected' : 'not_found'
        }
        await tx.$executeRaw`
          UPDATE connection SET disconnected_at = rotation_clock(), revocation_outcome = NULL
          WHERE id = ${key.connectionId}::uuid AND workspace_id = ${key.workspaceId}::uuid`
        await recordAudit(tx, {
          workspaceId: key.workspaceId,
          actor: { kind: 'partner_user', userId },
          action: 'connection.disconnected',
          connectionId: key.connectionId,
          outcome: 'disconnected',
        })
        return dropped
      })
    },

    /**
     * Whether revoking a dropped token could end a live grant of the same account: one that is stored, or one whose
     * code is being exchanged at this moment for an account that no one knows yet.
     */
    async mayHarmLiveGrant({ environment, airwallexAccountId }: DroppedGrant): Promise<boolean> {
      if (await findHolder(db, { environment, airwallexAccountId })) return true
      const [row] = await acrossWorkspaces(
        db,
        (tx) => tx.$queryRaw<{ exchanging: boolean }[]>`
        SELECT EXISTS (SELECT 1 FROM pending_authorization
          WHERE environment = ${environment} AND outcome IS NULL
            AND consumed_at > rotation_clock() - ${EXCHANGE_BOUND_SECONDS}::int * interval '1 second') AS "exchanging"`,
      )
      return row?.exchanging ?? true
    },

    /** Of this disconnect, which raised the grant's number by one: never of a later one, nor of a reconnection. */
    async recordRevocation(
      { workspaceId, connectionId, grantNo }: ConnectionKey & Pick<DroppedGrant, 'grantNo'>,
      outcome: RevocationOutcome,
    ): Promise<void> {
      await inWorkspace(
        db,
        workspaceId,
        (tx) => tx.$executeRaw`
        UPDATE connection AS c SET revocation_outcome = ${outcome} FROM credential k
        WHERE c.id = ${connectionId}::uuid AND c.workspace_id = ${workspaceId}::uuid
          AND k.connection_id = c.id AND k.workspace_id = c.workspace_id
          AND k.status = 'disconnected' AND k.grant_no = ${grantNo + 1}`,
      )
    },
  }
}
