import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acrossWorkspaces } from '@/lib/db'
import { freshDatabase } from '@/scripts/testing/fresh-database'

// What the database itself says about who may do what.

/** Each statement on these names its workspace, in one round trip of the rotation protocol. */
const NAMED_BY_EACH_STATEMENT = ['credential', 'rotation']

let database: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

describe('the catalogue', () => {
  it('has forced row-level security, with these policies, on every table that names a workspace', async () => {
    const tables = await database.sql<{ name: string; forced: boolean; policies: string[] }>(`
      SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
        array(SELECT concat_ws(' ', policyname, permissive, cmd, roles::text, qual, with_check)
          FROM pg_policies WHERE schemaname = 'public' AND tablename = c.relname ORDER BY policyname) AS policies
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND (c.relname = 'workspace' OR c.relrowsecurity OR EXISTS (
          SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'workspace_id' AND NOT attisdropped))`)
    const usual = (key = 'workspace_id') => [
      'across_workspaces PERMISSIVE ALL {public} is_across_workspaces()',
      `in_workspace PERMISSIVE ALL {public} (${key} = current_workspace_id())`,
    ]
    const particular: Record<string, string[]> = {
      audit_event: [...usual(), 'deployment_chain PERMISSIVE INSERT {public} (workspace_id IS NULL)'],
      membership: [...usual(), 'for_user PERMISSIVE SELECT {public} (user_id = current_user_id())'],
      workspace: [
        ...usual('id'),
        'for_user PERMISSIVE SELECT {public} (id IN ( SELECT m.workspace_id\n' +
          '   FROM membership m\n  WHERE (m.user_id = current_user_id())))',
        'is_frozen PERMISSIVE SELECT {dashboard_owner} true',
      ],
    }
    expect(tables.length).toBeGreaterThan(8)
    for (const { name, forced, policies } of tables) {
      const open = NAMED_BY_EACH_STATEMENT.includes(name)
      expect({ name, forced, policies }).toEqual({
        name,
        forced: !open,
        policies: open ? [] : (particular[name] ?? usual()).toSorted(),
      })
    }
  })

  it('lets no row refer to another workspace’s: keys are pairs, and no reference is without one', async () => {
    const references = await database.sql<{ name: string; pair: boolean }>(`
      SELECT f.conname AS name, EXISTS (SELECT FROM unnest(f.conkey, f.confkey) AS k(own, other)
          JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.own AND a.attname = 'workspace_id'
          JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.other AND b.attname = 'workspace_id') AS pair
      FROM pg_constraint f WHERE f.contype = 'f' AND EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = f.confrelid AND attname = 'workspace_id' AND NOT attisdropped)`)
    expect(references.length).toBeGreaterThan(5)
    expect(references.filter(({ pair }) => !pair)).toEqual([])
    const loose = await database.sql(`
      SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname LIKE '%connection_id'
        AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = c.oid
          AND f.confrelid = 'connection'::regclass AND a.attnum = ANY (f.conkey))`)
    expect(loose).toEqual([])
  })

  it('gives the product’s role these rights, and everyone else none', async () => {
    const grants = await database.sql<{ name: string; grantee: string; rights: string }>(`
      SELECT c.relname AS name, coalesce(r.rolname, 'PUBLIC') AS grantee,
        string_agg(left(a.privilege_type, 1), '' ORDER BY a.privilege_type) AS rights
      FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
      WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
      GROUP BY 1, 2 ORDER BY 1`)
    expect(new Set(grants.map(({ grantee }) => grantee))).toEqual(new Set(['partner_dashboard_app']))
    // Delete, Insert, Select; and no Update of a whole table.
    expect(Object.fromEntries(grants.map(({ name, rights }) => [name, rights]))).toEqual({
      audit_event: 'S',
      audit_head: 'S',
      breaker: 'IS',
      connection: 'IS',
      credential: 'IS',
      deployment: 'IS',
      invitation: 'DIS',
      key_reader: 'DIS',
      known_device: 'DIS',
      membership: 'DIS',
      partner_user: 'IS',
      pending_authorization: 'DIS',
      rate_limit: 'DIS',
      rotation: 'DIS',
      rotation_day: 'IS',
      session: 'DIS',
      sign_in_account: 'IS',
      sign_in_link: 'DIS',
      snapshot: 'IS',
      token_key: 'IS',
      webhook_event: 'DIS',
      worker_heartbeat: 'DIS',
      workspace: 'DIS',
    })
  })

  it('lets the product update these columns: none that says whose a row is, and none of the audit log', async () => {
    const columns = await database.sql<{ name: string; updatable: string }>(`
      SELECT c.relname AS name, string_agg(a.attname, ' ' ORDER BY a.attname) AS updatable
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND has_column_privilege('partner_dashboard_app', c.oid, a.attnum, 'UPDATE')
      GROUP BY 1`)
    expect(Object.fromEntries(columns.map(({ name, updatable }) => [name, updatable]))).toEqual({
      breaker: 'canary_at failures reason since slot_holder slot_until state',
      connection:
        'airwallex_status airwallex_status_at diagnosis disconnected_at granted_scopes requested_scopes ' +
        'revocation_outcome',
      credential:
        'access_token_expires_at access_token_life_seconds ambiguous_since attempts authorized_at ' +
        'commit_fence disconnect_event_at fence first_sent_at forced_at generation grant_no keep_alive_at ' +
        'late_probes lease_until next_attempt_at quarantined_at reason refresh_token_expires_at rotated_at ' +
        'sealed_access_token sealed_refresh_token send_count sent_fence status status_since unreadable_since',
      deployment: 'app_origin quarantined_at recovered_to system_identity timeline timeline_before timeline_changed_at',
      invitation: 'created_at expires_at invited_by_id role token_digest',
      key_reader: 'last_seen_at',
      known_device: 'last_used_at',
      membership: 'role',
      partner_user: 'email email_verified name',
      pending_authorization: 'completed_at consumed_at outcome result_connection_id sealed_code_verifier',
      rate_limit: 'ends_at taken',
      rotation_day: 'repairs rotations',
      session: 'address last_seen_at',
      sign_in_link: 'used_at',
      snapshot: 'attempted_at data failure fetched_at',
      webhook_event: 'handled_at outcome received_at',
      worker_heartbeat: 'last_seen_at stopped_at',
      workspace: 'name',
    })
  })

  it('moves no row with the key that it refers to', async () => {
    const cascading = await database.sql(
      `SELECT conname FROM pg_constraint WHERE contype = 'f' AND confupdtype <> 'a'
       AND connamespace = 'public'::regnamespace`,
    )
    expect(cascading).toEqual([])
  })

  it('lets the product define nothing, own nothing and become no one else', async () => {
    const roles = await database.sql(`
      SELECT rolname, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication AS privileged,
        array(SELECT relname::text FROM pg_class WHERE relowner = r.oid) AS owned,
        array(SELECT o.rolname::text FROM pg_roles o WHERE pg_has_role(r.oid, o.oid, 'MEMBER') AND o.oid <> r.oid) AS others,
        has_schema_privilege(r.oid, 'public', 'CREATE') OR has_database_privilege(r.oid, current_database(), 'CREATE')
          AS defines,
        array(SELECT nspname::text FROM pg_namespace n WHERE has_schema_privilege(r.oid, n.oid, 'USAGE')
          AND nspname NOT IN ('public', 'pg_catalog', 'information_schema')) AS schemas
      FROM pg_roles r WHERE rolname IN ('dashboard_app', 'partner_dashboard_app') ORDER BY 1`)
    const nothing = { privileged: false, owned: [], defines: false, schemas: [] }
    expect(roles).toEqual([
      { rolname: 'dashboard_app', ...nothing, others: ['partner_dashboard_app'] },
      { rolname: 'partner_dashboard_app', ...nothing, others: [] },
    ])
    const product = database.client(1)
    for (const refused of [
      'CREATE TABLE mine (id int)',
      'ALTER TABLE connection NO FORCE ROW LEVEL SECURITY',
      'DROP POLICY in_workspace ON connection',
      'CREATE FUNCTION rotation_clock() RETURNS timestamptz LANGUAGE sql AS $$ SELECT now() $$',
      'INSERT INTO audit_event SELECT * FROM audit_event',
      'UPDATE audit_event SET outcome = outcome',
      'INSERT INTO audit_head SELECT * FROM audit_head',
      'UPDATE audit_head SET sequence = sequence',
      'UPDATE workspace SET id = id',
      'UPDATE connection SET id = id',
      'DELETE FROM audit_event',
      'TRUNCATE audit_event',
      'SELECT * FROM _prisma_migrations',
    ]) {
      const attempt = acrossWorkspaces(product, (tx) => tx.$executeRawUnsafe(refused))
      await expect(attempt, refused).rejects.toThrow('42501')
    }
  })
})
