import 'server-only'
import type { AuditDeed } from '@/lib/audit/audit'
import { recordAudit } from '@/lib/audit/audit-store'
import { acrossWorkspaces, type Db, db, type Transaction } from '@/lib/db'
import { digestOpaqueToken } from './opaque-token'
import type { RequestClient } from './request-client'

type NewSession = {
  readonly token: string
  readonly userId: string
  readonly expires: Date
  /** Of this browser, which it replaces. */
  readonly earlier?: string | undefined
  readonly from?: RequestClient
  readonly deviceToken?: string
  /** How they proved it. */
  readonly way?: 'single_sign_on' | 'email_link'
  /** When, if not in this moment. */
  readonly authenticatedAt?: Date | undefined
}

export type SessionStore = ReturnType<typeof sessionStore>

/** Sessions by their token; only its digest goes to the database. */
export function sessionStore(client: Db = db()) {
  return {
    /**
     * A session of someone who has just proved who they are; the one that the browser had before ends with it. Returns
     * whether the user has signed in elsewhere before and never with this browser.
     */
    async create(session: NewSession): Promise<{ isNewDevice: boolean }> {
      const { token, userId, expires, earlier, from, deviceToken, way = 'single_sign_on', authenticatedAt } = session
      const { device = null, address = null } = from ?? {}
      return acrossWorkspaces(client, async (tx) => {
        if (earlier) await tx.session.deleteMany({ where: { sessionToken: digestOpaqueToken(earlier) } })
        await tx.session.create({
          data: {
            sessionToken: digestOpaqueToken(token),
            userId,
            expires,
            device,
            address,
            ...(authenticatedAt && { authenticatedAt }),
          },
        })
        const isNewDevice = deviceToken !== undefined && (await rememberDevice(tx, userId, deviceToken))
        await note(tx, userId, { action: 'session.started', outcome: way })
        return { isNewDevice }
      })
    },

    /**
     * Everything that says who a session's user is, in one statement and without a transaction around it: an unknown token
     * holds a connection no longer than that. Unparsed: `partner-user.ts` judges the shape. The workspace is the preferred
     * one where the user is a member of it, else their oldest.
     */
    async find(token: string, preferredWorkspaceId: string | null = null): Promise<unknown> {
      const [row] = await client.$queryRaw<unknown[]>`
        SELECT session_id AS "sessionId", expires_at AS "expiresAt", last_seen_at AS "lastSeenAt",
          authenticated_at AS "authenticatedAt", user_id AS "userId", name, email, disabled_at AS "disabledAt",
          role, workspace_id AS "workspaceId", workspace_name AS "workspaceName"
        FROM read_session(${digestOpaqueToken(token)}, ${preferredWorkspaceId}::uuid)`
      return row
    },

    /** `address`: where it was seen; absent, the last one stays. */
    async markSeen(sessionId: string, now: Date, address?: string | null): Promise<void> {
      await client.session.updateMany({
        where: { id: sessionId, lastSeenAt: { lt: now } },
        data: { lastSeenAt: now, ...(address !== undefined && { address }) },
      })
    },

    /** Ends a user's sessions: one, or all but one. Only ever this user's. */
    async endOf(userId: string, which: { only: string } | { except: string }): Promise<void> {
      const id = 'only' in which ? which.only : { not: which.except }
      await acrossWorkspaces(client, async (tx) => {
        const { count } = await tx.session.deleteMany({ where: { userId, id } })
        if (count > 0) await note(tx, userId, { action: 'session.ended', outcome: 'ended_elsewhere' })
      })
    },

    /**
     * Ends a session by the hand of its user, if there is one. Says whether the user signs in at the OpenID provider, as the
     * user of a session that is over may.
     */
    async signOut(token: string): Promise<{ isOfProvider: boolean }> {
      return acrossWorkspaces(client, async (tx) => {
        const [ended] = await tx.$queryRaw<{ userId: string; isOfProvider: boolean }[]>`
          DELETE FROM session s WHERE s.session_token = ${digestOpaqueToken(token)}
          RETURNING s.user_id AS "userId",
            EXISTS (SELECT FROM sign_in_account a WHERE a.user_id = s.user_id) AS "isOfProvider"`
        if (ended) await note(tx, ended.userId, { action: 'session.ended', outcome: 'signed_out' })
        return { isOfProvider: ended?.isOfProvider ?? true }
      })
    },

    /** Removes a session that is over, if there is one. */
    async delete(token: string): Promise<void> {
      await client.session.deleteMany({ where: { sessionToken: digestOpaqueToken(token) } })
    },
  }
}

/** Whether the user has signed in elsewhere before, and never with this browser. */
async function rememberDevice(tx: Transaction, userId: string, deviceToken: string): Promise<boolean> {
  // One at a time for a user: of two first browsers at once the second is the new one. Not FOR UPDATE: each has inserted
  // its session by now, which holds the user's key, and the two would wait for each other.
  await tx.$queryRaw`SELECT id FROM partner_user WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
  const [known] = await tx.$queryRaw<{ isNew: boolean }[]>`
    INSERT INTO known_device (user_id, cookie_digest) VALUES (${userId}::uuid, ${digestOpaqueToken(deviceToken)})
    ON CONFLICT (user_id, cookie_digest) DO UPDATE SET last_used_at = now()
    RETURNING xmax = 0 AND EXISTS (SELECT FROM known_device WHERE user_id = ${userId}::uuid) AS "isNew"`
  return known?.isNew ?? false
}

/** In each workspace that the user can enter: people sign in to the deployment, and each workspace has its own log. */
async function note(tx: Transaction, userId: string, deed: AuditDeed): Promise<void> {
  const memberships = await tx.membership.findMany({ where: { userId }, select: { workspaceId: true } })
  const places = memberships.length > 0 ? memberships : [{ workspaceId: null }]
  const actor = { kind: 'partner_user', userId } as const
  await recordAudit(tx, ...places.map(({ workspaceId }) => ({ workspaceId, actor, ...deed })))
}
