import 'server-only'
import { type Db, db } from '@/lib/db'
import { digestSessionToken } from './session-token'

export type SessionStore = ReturnType<typeof sessionStore>

/** Sessions by their token; only its digest goes to the database. */
export function sessionStore(client: Db = db()) {
  return {
    async create(session: { token: string; userId: string; expires: Date }): Promise<void> {
      const { token, userId, expires } = session
      await client.session.create({ data: { sessionToken: digestSessionToken(token), userId, expires } })
    },

    /**
     * Everything that says who a session's user is, in one statement. Unparsed: `partner-user.ts` judges the shape.
     * The workspace is the user's oldest; there is no other until people are invited.
     */
    async find(token: string): Promise<unknown> {
      const [row] = await client.$queryRaw<unknown[]>`
        SELECT s.id AS "sessionId", s.expires AS "expiresAt", s.last_seen_at AS "lastSeenAt",
          u.id AS "userId", u.name, u.email, u.disabled_at AS "disabledAt",
          m.role::text AS role, w.id AS "workspaceId", w.name AS "workspaceName"
        FROM session s
        JOIN partner_user u ON u.id = s.user_id
        LEFT JOIN LATERAL (
          SELECT role, workspace_id FROM membership WHERE user_id = u.id ORDER BY created_at, workspace_id LIMIT 1
        ) m ON true
        LEFT JOIN workspace w ON w.id = m.workspace_id
        WHERE s.session_token = ${digestSessionToken(token)}`
      return row
    },

    async markSeen(sessionId: string, now: Date): Promise<void> {
      await client.session.updateMany({
        where: { id: sessionId, lastSeenAt: { lt: now } },
        data: { lastSeenAt: now },
      })
    },

    /** Ends the session, if there is one. */
    async delete(token: string): Promise<void> {
      await client.session.deleteMany({ where: { sessionToken: digestSessionToken(token) } })
    },
  }
}
