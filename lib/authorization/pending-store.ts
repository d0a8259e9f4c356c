import 'server-only'
import { recordAudit } from '@/lib/audit/audit-store'
import { EXCHANGE_BOUND_SECONDS } from '@/lib/connections/exchange-bound'
import { acrossWorkspaces, type Db, inWorkspace, Prisma, db as sharedDb, type Transaction } from '@/lib/db'
import { AUTHORIZATION_LIFE_SECONDS } from './attempt-cookie'
import type { OutcomeAtConsumption, StoredOutcome, UnattributedOutcome } from './outcomes'
import type { AuthorizationPurpose } from './scope-choice'

// One row for each started authorization, never deleted here: repeats of its callback see the outcome stored in it.
// Time is the database's, as in the rotation protocol.

export type NewPendingAuthorization = {
  readonly id: string
  readonly workspaceId: string
  readonly userId: string
  readonly sessionId: string
  readonly environment: string
  readonly purpose: AuthorizationPurpose
  readonly connectionId: string | null
  readonly stateDigest: string
  readonly cookieDigest: string
  readonly sealedCodeVerifier: string
  readonly redirectUri: string
  readonly requestedScopes: readonly string[]
}

export type PendingAuthorization = NewPendingAuthorization & {
  readonly consumedAt: Date | null
  readonly expired: boolean
  /** The role that its user has in its workspace now; null when there is none anymore. */
  readonly role: string | null
}

/** At most this many open attempts a user: each is a row, a cookie and a state that someone may still use. */
export const MAX_OPEN_ATTEMPTS = 10

const columns = Prisma.sql`
  p.id, p.workspace_id AS "workspaceId", p.user_id AS "userId", p.session_id AS "sessionId", p.environment,
  p.purpose::text AS "purpose", p.connection_id AS "connectionId", p.state_digest AS "stateDigest",
  p.cookie_digest AS "cookieDigest", p.sealed_code_verifier AS "sealedCodeVerifier",
  p.redirect_uri AS "redirectUri", p.requested_scopes AS "requestedScopes", p.consumed_at AS "consumedAt",
  p.expires_at <= rotation_clock() AS "expired",
  (SELECT m.role::text FROM membership m WHERE m.workspace_id = p.workspace_id AND m.user_id = p.user_id) AS "role"`

export type PendingAuthorizationStore = ReturnType<typeof pendingAuthorizationStore>

export function pendingAuthorizationStore(db: Db = sharedDb()) {
  return {
    /** Valid for ten minutes from now. False where the user has too many open attempts. */
    create(row: NewPendingAuthorization): Promise<boolean> {
      // A user's attempts are counted over all workspaces.
      return acrossWorkspaces(db, async (tx) => {
        // Counting is only exact while no one else of this user counts; the insert's snapshot comes after the wait.
        await tx.$executeRaw`SELECT 1 FROM partner_user WHERE id = ${row.userId}::uuid FOR UPDATE`
        const inserted = await tx.$executeRaw`
          INSERT INTO pending_authorization (id, workspace_id, user_id, session_id, environment, purpose, connection_id,
            state_digest, cookie_digest, sealed_code_verifier, redirect_uri, requested_scopes, created_at, expires_at)
          SELECT ${row.id}::uuid, ${row.workspaceId}::uuid, ${row.userId}::uuid, ${row.sessionId}::uuid,
            ${row.environment}, ${row.purpose}::"AuthorizationPurpose", ${row.connectionId}::uuid, ${row.stateDigest},
            ${row.cookieDigest}, ${row.sealedCodeVerifier}, ${row.redirectUri}, ${[...row.requestedScopes]}::text[],
            rotation_clock(), rotation_clock() + ${AUTHORIZATION_LIFE_SECONDS}::int * interval '1 second'
          WHERE (SELECT count(*) FROM pending_authorization
            WHERE user_id = ${row.userId}::uuid AND consumed_at IS NULL AND expires_at > rotation_clock())
            < ${MAX_OPEN_ATTEMPTS}`
        if (inserted === 0) return false
        await recordAudit(tx, {
          workspaceId: row.workspaceId,
          actor: { kind: 'partner_user', userId: row.userId },
          action: 'authorization.begun',
          connectionId: row.connectionId,
          outcome: row.purpose,
        })
        return true
      })
    },

    async findByStateDigest(stateDigest: string): Promise<PendingAuthorization | null> {
      // Only the row says which workspace it belongs to.
      const [found] = await acrossWorkspaces(
        db,
        (tx) => tx.$queryRaw<PendingAuthorization[]>`
        SELECT ${columns} FROM pending_authorization p WHERE p.state_digest = ${stateDigest}`,
      )
      return found ?? null
    },

    /**
     * Takes the state once, no matter how many ask at the same time. With an outcome there is nothing left to do for it; without
     * one the caller now has to exchange the code. False: someone else took it, or it expired.
     */
    consume(pending: PendingAuthorization, ending: { outcome: OutcomeAtConsumption; code?: string } | null) {
      return inWorkspace(db, pending.workspaceId, async (tx): Promise<boolean> => {
        const expired = ending?.outcome === 'expired'
        const taken = await tx.$executeRaw`
          UPDATE pending_authorization SET consumed_at = rotation_clock(), outcome = ${ending?.outcome ?? null},
            completed_at = CASE WHEN ${ending !== null}::boolean THEN rotation_clock() END
          WHERE id = ${pending.id}::uuid AND consumed_at IS NULL AND (expires_at <= rotation_clock()) = ${expired}`
        if (taken === 1 && ending)
          await recordAudit(tx, completed(pending, ending.outcome, { code: ending.code ?? null }))
        return taken === 1
      })
    },

    /** A callback that was no one's to complete. */
    async noteRefused(outcome: UnattributedOutcome, who: { workspaceId: string | null; userId: string | null }) {
      // Within a workspace the entry must not name someone who may not belong to it.
      const names = who.workspaceId === null && who.userId !== null
      const note = (tx: Transaction) =>
        recordAudit(tx, {
          workspaceId: who.workspaceId,
          actor: names ? { kind: 'partner_user', userId: String(who.userId) } : { kind: 'system' },
          action: 'authorization.completed',
          outcome,
        })
      await (who.workspaceId === null ? acrossWorkspaces(db, note) : inWorkspace(db, who.workspaceId, note))
    },

    /** The outcome of an exchange that brought nothing to store. False where there is an outcome already. */
    finish(pending: PendingAuthorization, outcome: StoredOutcome, code?: string): Promise<boolean> {
      return inWorkspace(db, pending.workspaceId, async (tx) => {
        const finished = await finishPending(tx, pending.id, outcome, null)
        if (finished) await recordAudit(tx, completed(pending, outcome, { code: code ?? null }))
        return finished
      })
    },
  }
}

/**
 * The outcome and what it is about, in the transaction that makes it true. False where there is one already, or where
 * the exchange took so long that its user has already seen that it was interrupted.
 */
export async function finishPending(
  tx: Pick<Db, '$executeRaw'>,
  id: string,
  outcome: StoredOutcome,
  resultConnectionId: string | null,
): Promise<boolean> {
  const finished = await tx.$executeRaw`
    UPDATE pending_authorization SET outcome = ${outcome}, result_connection_id = ${resultConnectionId}::uuid,
      completed_at = rotation_clock()
    WHERE id = ${id}::uuid AND outcome IS NULL
      AND consumed_at > rotation_clock() - ${EXCHANGE_BOUND_SECONDS}::int * interval '1 second'`
  return finished === 1
}

export const completed = (
  pending: Pick<PendingAuthorization, 'workspaceId' | 'userId' | 'connectionId' | 'purpose'>,
  outcome: StoredOutcome,
  detail: Readonly<Record<string, string | null>> = {},
) => ({
  workspaceId: pending.workspaceId,
  actor: { kind: 'partner_user', userId: pending.userId } as const,
  action: 'authorization.completed' as const,
  connectionId: pending.connectionId,
  outcome,
  detail: { purpose: pending.purpose, ...detail },
})
