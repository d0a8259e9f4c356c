import 'server-only'
import { type Db, db as sharedDb } from '@/lib/db'
import { APPLICATION_ROLE, type DatabaseRole } from './database-role'
import { CHECKED_SETTINGS, type DatabaseSettings } from './database-settings'
import type { DatabaseFacts, Deployment } from './identity'
import { missingMigrations } from './schema-views'

export type KnownDeployment = {
  readonly environment: string
  readonly systemIdentity: string
  /** Null until the first start of a release that knows it. */
  readonly appOrigin: string | null
  readonly timeline: number | null
}

export type DeploymentStore = ReturnType<typeof deploymentStore>

export function deploymentStore(db: Db = sharedDb()) {
  return {
    async databaseFacts(): Promise<DatabaseFacts> {
      const [facts] = await db.$queryRaw<Pick<DatabaseFacts, 'databaseOid' | 'synchronousCommit'>[]>`
        SELECT oid::text AS "databaseOid", current_setting('synchronous_commit') AS "synchronousCommit"
        FROM pg_database WHERE datname = current_database()`
      if (!facts) throw new Error('The database does not know itself')
      const server = await ifTold(
        db.$queryRaw<{ id: string }[]>`SELECT system_identifier::text AS "id" FROM pg_control_system()`,
      )
      // Not pg_control_checkpoint(): that is the timeline of the last checkpoint, minutes behind after a failover.
      const course = await ifTold(
        db.$queryRaw<Pick<DatabaseFacts, 'timeline' | 'recoveredTo'>[]>`
          SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS "timeline",
            pg_last_xact_replay_timestamp() AS "recoveredTo"`,
      )
      return {
        ...facts,
        systemIdentifier: server?.id ?? null,
        timeline: course?.timeline ?? null,
        recoveredTo: course?.recoveredTo ?? null,
      }
    },

    async databaseRole(): Promise<DatabaseRole> {
      // A member of a stronger role can become it at any moment, so membership is what counts.
      const [role] = await db.$queryRaw<DatabaseRole[]>`
        SELECT
          EXISTS (SELECT FROM pg_roles WHERE rolname = ${APPLICATION_ROLE} AND pg_has_role(oid, 'USAGE'))
            AS "isApplication",
          EXISTS (SELECT FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND pg_has_role(oid, 'MEMBER'))
            AS "isAboveRules",
          EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            AND pg_has_role(relowner, 'MEMBER')) AS "ownsTables",
          has_schema_privilege('public', 'CREATE') OR has_database_privilege(current_database(), 'CREATE')
            OR EXISTS (SELECT FROM pg_roles WHERE (rolcreatedb OR rolcreaterole) AND pg_has_role(oid, 'MEMBER'))
            AS "mayDefine",
          coalesce(has_table_privilege(to_regclass('public.audit_event'), 'INSERT, UPDATE, DELETE, TRUNCATE')
            OR has_table_privilege(to_regclass('public.audit_head'), 'INSERT, UPDATE, DELETE, TRUNCATE')
            OR has_any_column_privilege(to_regclass('public.audit_event'), 'INSERT, UPDATE')
            OR has_any_column_privilege(to_regclass('public.audit_head'), 'INSERT, UPDATE'), false)
            AS "mayRewriteAudit"`
      if (!role) throw new Error('The database does not know its role')
      return role
    },

    async databaseSettings(): Promise<DatabaseSettings> {
      const [found] = await db.$queryRaw<DatabaseSettings[]>`
        SELECT current_database()::text AS database, session_user::text AS login, json_agg(json_build_object(
            'name', name,
            'value', CASE name WHEN 'search_path' THEN coalesce(current_schema(), '') ELSE setting END,
            'isOfRole', source IN ('user', 'database user'))) AS settings
        FROM pg_settings WHERE name = ANY(${CHECKED_SETTINGS}::text[])`
      if (!found) throw new Error('The database does not know its settings')
      return found
    },

    missingMigrations: () => missingMigrations(db),

    /** Null: these are the first facts, and now the known ones. */
    async register(
      { environment, appOrigin }: Deployment,
      systemIdentity: string,
      timeline: number | null,
    ): Promise<KnownDeployment | null> {
      const inserted = await db.$executeRaw`
        INSERT INTO deployment (id, environment, system_identity, app_origin, timeline, created_at)
        VALUES (1, ${environment}, ${systemIdentity}, ${appOrigin}, ${timeline}, rotation_clock())
        ON CONFLICT (id) DO NOTHING`
      if (inserted === 1) return null
      return db.deployment.findUniqueOrThrow({ where: { id: 1 }, select: KNOWN })
    },

    known(): Promise<KnownDeployment | null> {
      return db.deployment.findUnique({ where: { id: 1 }, select: KNOWN })
    },

    /** What a release before this one did not write down. */
    async complete(appOrigin: string, timeline: number | null): Promise<void> {
      await db.$executeRaw`
        UPDATE deployment SET app_origin = coalesce(app_origin, ${appOrigin}), timeline = coalesce(timeline, ${timeline})
        WHERE id = 1`
    },

    /** False: another process was first, and has reported it. */
    async recordTimeline(knownTimeline: number, timeline: number, recoveredTo: Date | null): Promise<boolean> {
      const updated = await db.$executeRaw`
        UPDATE deployment SET timeline = ${timeline}, timeline_before = ${knownTimeline},
          timeline_changed_at = rotation_clock(), recovered_to = ${recoveredTo?.toISOString() ?? null}::timestamptz
        WHERE id = 1 AND timeline = ${knownTimeline}`
      return updated === 1
    },

    /** The new identity and the quarantine in one statement. Null: another process was first. */
    async quarantineCopy(
      knownIdentity: string,
      { identity, appOrigin, timeline }: { identity: string; appOrigin: string; timeline: number | null },
    ): Promise<number | null> {
      const [result] = await db.$queryRaw<{ adopted: boolean; connections: number }[]>`
        WITH adopted AS (
          UPDATE deployment SET system_identity = ${identity}, app_origin = ${appOrigin}, timeline = ${timeline},
            timeline_before = NULL, timeline_changed_at = NULL, recovered_to = NULL, quarantined_at = rotation_clock()
          WHERE id = 1 AND system_identity = ${knownIdentity} RETURNING quarantined_at),
        quarantined AS (
          UPDATE credential AS c SET quarantined_at = adopted.quarantined_at
          FROM adopted WHERE c.status = 'active' AND c.quarantined_at IS NULL RETURNING 1)
        SELECT EXISTS (SELECT 1 FROM adopted) AS "adopted", (SELECT count(*)::int FROM quarantined) AS "connections"`
      return result?.adopted ? result.connections : null
    },
  }
}

const KNOWN = { environment: true, systemIdentity: true, appOrigin: true, timeline: true } as const

/** insufficient_privilege, feature_not_supported, undefined_function. */
const NOT_TOLD = ['42501', '0A000', '42883']

/** Null where the server does not tell. Not knowing for a moment is thrown: it must not be taken for that. */
async function ifTold<Row>(rows: Promise<Row[]>): Promise<Row | null> {
  try {
    return (await rows)[0] ?? null
  } catch (error) {
    const { meta } = error as { meta?: { driverAdapterError?: { cause?: { originalCode?: string } } } }
    if (NOT_TOLD.includes(meta?.driverAdapterError?.cause?.originalCode ?? '')) return null
    throw error
  }
}
