import { v7 as uuidv7 } from 'uuid'
import type { PartnerUser } from '@/lib/auth/partner-user'
import type { Role } from '@/lib/auth/permissions'
import { testEnvironment } from '@/scripts/testing/environment'
import type { freshDatabase } from '@/scripts/testing/fresh-database'

type Sql = Awaited<ReturnType<typeof freshDatabase>>['sql']

/** What the product reads of its environment, with a key for the audit log. */
export function setEnvironment(databaseUrl: string): void {
  const sandbox = { sandboxOrigin: 'http://127.0.0.1:1', clientId: 'appid_test', clientSecret: 'T3st-only-0123456789' }
  Object.assign(process.env, testEnvironment({ databaseUrl, ...sandbox }))
}

/** People and workspaces for tests, written past the product. */
export function peopleOf(sql: Sql) {
  return {
    /** A workspace and its owner. */
    async owner(name = 'Harbour Ltd'): Promise<PartnerUser> {
      const workspaceId = uuidv7()
      await sql('INSERT INTO workspace (id, name) VALUES ($1, $2)', [workspaceId, name])
      return this.member({ id: workspaceId, name }, 'owner')
    },

    async member(workspace: PartnerUser['workspace'], role: Role, email?: string): Promise<PartnerUser> {
      const person = await this.person(email)
      await sql('INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, $3::"Role")', [
        workspace.id,
        person.userId,
        role,
      ])
      return { ...person, role, workspace }
    },

    /** Someone in no workspace, whose address is verified unless it is said otherwise. */
    async person(email?: string, { verified = true } = {}) {
      const userId = uuidv7()
      const address = email ?? `${userId}@partner.test`
      await sql('INSERT INTO partner_user (id, name, email, email_verified) VALUES ($1, $2, $3, $4)', [
        userId,
        `Person ${userId.slice(-4)}`,
        address,
        verified ? new Date() : null,
      ])
      return {
        userId,
        sessionId: uuidv7(),
        name: `Person ${userId.slice(-4)}`,
        email: address,
        authenticatedAt: new Date(),
      }
    },

    async roles(workspaceId: string): Promise<Record<string, Role>> {
      const rows = await sql<{ id: string; role: Role }>(
        'SELECT user_id AS id, role::text AS role FROM membership WHERE workspace_id = $1',
        [workspaceId],
      )
      return Object.fromEntries(rows.map(({ id, role }) => [id, role]))
    },

    async audit(workspaceId: string | null) {
      return sql<{
        action: string
        outcome: string
        actorUserId: string | null
        detail: Record<string, unknown> | null
        subjectUserId: string | null
        subjectName: string | null
      }>(
        `SELECT action, outcome, actor_user_id AS "actorUserId", detail, subject_user_id AS "subjectUserId", subject_name AS "subjectName" FROM audit_event
         WHERE workspace_id IS NOT DISTINCT FROM $1 ORDER BY at, id`,
        [workspaceId],
      )
    },
  }
}
