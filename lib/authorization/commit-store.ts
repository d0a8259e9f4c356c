import 'server-only'
import type { AuditEvent } from '@/lib/audit/audit'
import { recordAudit } from '@/lib/audit/audit-store'
import { acrossWorkspaces, type Db, inWorkspace, db as sharedDb } from '@/lib/db'
import type { ConnectionKey, CredentialStatus, TokenVersion } from '@/lib/rotation/row/row'
import { findHolder } from '@/lib/rotation/sql/grant-end-store'
import {
  GrantRaceError,
  type GrantWrite,
  isHeldElsewhere,
  type NewGrant,
  writeGrant,
} from '@/lib/rotation/sql/grant-store'
import type { GrantedOutcome, RefusedGrantOutcome } from './outcomes'
import { completed, finishPending, type PendingAuthorization } from './pending-store'

export type AuthorizedGrant = Omit<NewGrant, 'workspaceId' | 'environment' | 'expectedConnectionId' | 'userId'>

export type Holder = ConnectionKey & TokenVersion

export type GrantCommit =
  | { readonly kind: 'stored'; readonly outcome: GrantedOutcome; readonly connectionId: string }
  /** The pair is to be dropped. `holder`: the connection that this authorization may have harmed at Airwallex. */
  | { readonly kind: 'refused'; readonly outcome: RefusedGrantOutcome; readonly holder: Holder | null }
  /** The outcome was there before: an earlier try had worked, or this authorization was given up meanwhile. */
  | { readonly kind: 'settled_before' }

export type AuthorizationCommitStore = ReturnType<typeof authorizationCommitStore>

/**
 * The grant and the outcome of its authorization in one transaction: a process killed at any moment leaves either both
 * or neither, and a repeated try finds out what became of the one before. Throws where that stays unknown.
 */
export function authorizationCommitStore(db: Db = sharedDb()) {
  const MAX_RACES = 5

  async function commit(pending: PendingAuthorization, grant: AuthorizedGrant, races = 0): Promise<GrantCommit> {
    // The holder, if it is another workspace, gets an entry too.
    const refuseGrant = (outcome: RefusedGrantOutcome) =>
      acrossWorkspaces(db, (tx) => refuse(tx, pending, grant, outcome))
    try {
      const stored = await inWorkspace(db, pending.workspaceId, (tx) => store(tx, pending, grant))
      if (stored.kind !== 'different_account') return stored
      return (await refuseGrant('different_account')) ?? { kind: 'settled_before' }
    } catch (error) {
      if (error instanceof TooLateError) return { kind: 'settled_before' }
      const lost = error instanceof GrantRaceError
      if (!lost && !isHeldElsewhere(error)) throw error
      const refused = lost ? null : await refuseGrant('connected_elsewhere')
      if (refused) return refused
      // The holder let go, or our own workspace was faster: look again.
      if (races >= MAX_RACES) throw error
      return commit(pending, grant, races + 1)
    }
  }

  return { commit: (pending: PendingAuthorization, grant: AuthorizedGrant) => commit(pending, grant) }
}

/** Rolls the grant back. */
class TooLateError extends Error {
  override readonly name = 'TooLateError'
}

type Transaction = Pick<Db, '$queryRaw' | '$executeRaw'>

async function store(
  tx: Transaction,
  pending: PendingAuthorization,
  grant: AuthorizedGrant,
): Promise<GrantCommit | Extract<GrantWrite, { kind: 'different_account' }>> {
  // Its lock keeps two tries of one authorization apart.
  const [open] = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM pending_authorization WHERE id = ${pending.id}::uuid AND outcome IS NULL FOR UPDATE`
  if (!open) return { kind: 'settled_before' }
  const { workspaceId, environment, userId, purpose } = pending
  const expectedConnectionId = purpose === 'connect' ? null : pending.connectionId
  const written = await writeGrant(tx, { ...grant, workspaceId, environment, userId, expectedConnectionId })
  if (written.kind === 'different_account') return written
  const { connectionId, replaced } = written
  const outcome = grantedOutcome(pending, replaced)
  if (!(await finishPending(tx, pending.id, outcome, connectionId))) throw new TooLateError('The exchange was given up')
  await recordAudit(tx, { ...completed(pending, outcome), connectionId })
  await recordAudit(tx, {
    workspaceId,
    actor: { kind: 'partner_user', userId },
    action: replaced === null ? 'connection.connected' : 'connection.reauthorized',
    connectionId,
    outcome,
    detail: { replaced },
  })
  return { kind: 'stored', outcome, connectionId }
}

/** Null if the connection that caused the refusal no longer exists. */
async function refuse(
  tx: Transaction,
  pending: PendingAuthorization,
  { airwallexAccountId }: AuthorizedGrant,
  outcome: RefusedGrantOutcome,
): Promise<GrantCommit | null> {
  const holder = await findHolder(tx, { environment: pending.environment, airwallexAccountId })
  if (outcome === 'connected_elsewhere' && !holder) return null
  // Of two neutral sides neither learns about the other: this workspace's row names no connection, and the holder's
  // entry names no workspace and no user.
  const resultConnectionId = outcome === 'different_account' ? pending.connectionId : null
  if (!(await finishPending(tx, pending.id, outcome, resultConnectionId))) return { kind: 'settled_before' }
  // In one call: the two workspaces' chains are locked in an order that does not depend on who refuses whom.
  const isHeldElsewhere = holder !== null && holder.workspaceId !== pending.workspaceId
  await recordAudit(tx, completed(pending, outcome), ...(isHeldElsewhere ? [refusedElsewhere(holder)] : []))
  return { kind: 'refused', outcome, holder }
}

const refusedElsewhere = ({ workspaceId, connectionId }: Holder): AuditEvent => ({
  workspaceId,
  actor: { kind: 'system' },
  action: 'connection.authorization_refused_elsewhere',
  connectionId,
  outcome: 'refused',
})

function grantedOutcome({ purpose }: PendingAuthorization, replaced: CredentialStatus | null): GrantedOutcome {
  if (purpose !== 'connect') return 'reauthorized'
  return replaced === null || replaced === 'disconnected' ? 'connected' : 'already_connected'
}
