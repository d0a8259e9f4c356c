import 'server-only'
import { recordAudit } from '@/lib/audit/audit-store'
import { type Db, inWorkspace, db as sharedDb } from '@/lib/db'
import type { ConnectionKey } from '@/lib/rotation/row/row'
import type { Deployment } from './identity'

export type QuarantineStore = ReturnType<typeof quarantineStore>

export type QuarantineState = {
  readonly environment: string | null
  readonly systemIdentity: string | null
  readonly appOrigin: string | null
  readonly timeline: number | null
  readonly timelineChangedAt: Date | null
  readonly recoveredTo: Date | null
  readonly since: Date | null
  readonly quarantined: number
  readonly active: number
}

// Quarantine lies over the status and touches neither `fence` nor `grant_no` (`applyQuarantine` and
// `applyLiftQuarantine` of grant-statements.ts).

export function quarantineStore(db: Db = sharedDb()) {
  return {
    async state(): Promise<QuarantineState> {
      const [row] = await db.$queryRaw<QuarantineState[]>`
        SELECT d.environment, d.system_identity AS "systemIdentity", d.app_origin AS "appOrigin", d.timeline,
          d.timeline_changed_at AS "timelineChangedAt", d.recovered_to AS "recoveredTo", d.quarantined_at AS "since", c.*
        FROM (
          SELECT count(*) FILTER (WHERE quarantined_at IS NOT NULL)::int AS "quarantined",
            count(*) FILTER (WHERE status = 'active')::int AS "active"
          FROM credential) c
        LEFT JOIN deployment d ON d.id = 1`
      if (!row) throw new Error('An aggregate had no row')
      return row
    },

    /**
     * All active credentials, in one statement: for a physical copy and a restore in place, which no identity shows. From
     * then on the database belongs to the deployment at this address.
     */
    async quarantineAll({ environment, appOrigin }: Deployment): Promise<number> {
      const [row] = await db.$queryRaw<{ count: number }[]>`
        WITH told AS (
          UPDATE deployment SET quarantined_at = rotation_clock(),
            app_origin = CASE environment WHEN ${environment} THEN ${appOrigin} ELSE app_origin END
          WHERE id = 1),
        quarantined AS (
          UPDATE credential SET quarantined_at = rotation_clock()
          WHERE status = 'active' AND quarantined_at IS NULL RETURNING 1)
        SELECT count(*)::int AS "count" FROM quarantined`
      return row?.count ?? 0
    },

    /** The same deployment, at another address from now on. False: no database of this environment is on record. */
    async move({ environment, appOrigin }: Deployment): Promise<boolean> {
      const moved = await db.deployment.updateMany({ where: { id: 1, environment }, data: { appOrigin } })
      return moved.count === 1
    },

    async liftAll(): Promise<number> {
      const [row] = await db.$queryRaw<{ count: number }[]>`
        WITH told AS (UPDATE deployment SET quarantined_at = NULL WHERE id = 1),
        lifted AS (
          UPDATE credential SET quarantined_at = NULL WHERE quarantined_at IS NOT NULL RETURNING 1)
        SELECT count(*)::int AS "count" FROM lifted`
      return row?.count ?? 0
    },

    lift(key: ConnectionKey, userId: string): Promise<'lifted' | 'not_quarantined' | 'not_found'> {
      const { connectionId, workspaceId } = key
      return inWorkspace(db, workspaceId, async (tx) => {
        const lifted = await tx.credential.updateMany({
          where: { connectionId, workspaceId, quarantinedAt: { not: null } },
          data: { quarantinedAt: null },
        })
        if (lifted.count === 0) {
          const found = await tx.connection.count({ where: { id: connectionId, workspaceId } })
          return found === 1 ? 'not_quarantined' : 'not_found'
        }
        await recordAudit(tx, {
          workspaceId,
          connectionId,
          actor: { kind: 'partner_user', userId },
          action: 'connection.quarantine_lifted',
          outcome: 'lifted',
        })
        return 'lifted'
      })
    },
  }
}
