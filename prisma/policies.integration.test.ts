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

  it('gives the product’s role these rights, and everybody else none', async () => {
    const grants = await database.sql<{ name: string; grantee: string; rights: string }>(`
      SELECT c.relname AS name, coalesce(r.rolname, 'PUBLIC') AS grantee,
        string_agg(left(a.privilege_type, 1), '' ORDER BY a.privilege_type) AS rights
      FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
      WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
      GROUP BY 1, 2 ORDER BY 1`)
    expect(new Set(grants.map(({ grantee }) => grantee))).toEqual(new Set(['partner_dashboard_app']))
    // Delete, Insert, Select, Update.
    expect(Object.fromEntries(grants.map(({ name, rights }) => [name, rights]))).toEqual({
      audit_event: 'IS',
      audit_head: 'ISU',
      breaker: 'ISU',
      connection: 'ISU',
      credential: 'ISU',
      deployment: 'ISU',
      invitation: 'DISU',
      key_reader: 'DISU',
      known_device: 'DISU',
      membership: 'DISU',
      partner_user: 'ISU',
      pending_authorization: 'DISU',
      rate_limit: 'DISU',
      rotation: 'DIS',
      rotation_day: 'ISU',
      session: 'DISU',
      sign_in_account: 'IS',
      sign_in_link: 'DISU',
      snapshot: 'ISU',
      token_key: 'IS',
      webhook_event: 'DISU',
      worker_heartbeat: 'DISU',
      workspace: 'DISU',
    })
  })

  it('lets the product define nothing, own nothing and become nobody else', async () => {
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
      'UPDATE audit_event SET outcome = outcome',
      'DELETE FROM audit_event',
      'TRUNCATE audit_event',
      'SELECT * FROM _prisma_migrations',
    ]) {
      const attempt = acrossWorkspaces(product, (tx) => tx.$executeRawUnsafe(refused))
      await expect(attempt, refused).rejects.toThrow('42501')
    }
  })
})
