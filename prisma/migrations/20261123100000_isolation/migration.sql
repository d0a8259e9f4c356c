-- The second net under `WHERE workspace_id = …` (docs/adr/0023): a statement sees the rows that its transaction is for
-- (`inWorkspace`, `forUser`, `acrossWorkspaces` of lib/db.ts), and without such a setting none.

-- The application's rights. Its login is a member; the migrations' own role owns the tables (docs/operations.md).
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'partner_dashboard_app') THEN
    CREATE ROLE partner_dashboard_app NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this server is migrated at this moment
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The role of DATABASE_DIRECT_URL may not create roles. Let an administrator of the server run: CREATE ROLE partner_dashboard_app NOLOGIN';
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO partner_dashboard_app;

-- What the product's statements need, and no more: nothing of this application ends with the row itself but these.
GRANT SELECT, INSERT ON sign_in_account, audit_event TO partner_dashboard_app;
GRANT SELECT, INSERT, DELETE ON rotation TO partner_dashboard_app;
GRANT SELECT, INSERT, UPDATE ON partner_user, workspace, connection, credential, rotation_day, snapshot, deployment,
  breaker TO partner_dashboard_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON session, membership, pending_authorization, worker_heartbeat, webhook_event
  TO partner_dashboard_app;

-- What the transaction is for; null where it does not say.
CREATE FUNCTION current_workspace_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.workspace_id', true), '')::uuid $$;
CREATE FUNCTION current_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.user_id', true), '')::uuid $$;
CREATE FUNCTION is_across_workspaces() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(current_setting('app.across_workspaces', true) = 'on', false) $$;

REVOKE EXECUTE ON FUNCTION is_frozen(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_frozen(uuid, uuid), rotation_clock(), current_workspace_id(), current_user_id(),
  is_across_workspaces() TO partner_dashboard_app;

-- Forced: the owner is held to them as well, so that a process with the wrong URL is not a way around. For everybody:
-- who may use a table at all is said by the grants. `credential` and `rotation` have none: each statement of the rotation
-- protocol is one round trip that names its workspace (prisma/policies.integration.test.ts keeps the list).
DO $$
DECLARE of_workspace text;
BEGIN
  FOREACH of_workspace IN ARRAY ARRAY[
    'workspace', 'membership', 'pending_authorization', 'connection', 'rotation_day', 'snapshot', 'audit_event'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', of_workspace);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', of_workspace);
    EXECUTE format('CREATE POLICY in_workspace ON %I USING (%I = current_workspace_id())', of_workspace,
      CASE of_workspace WHEN 'workspace' THEN 'id' ELSE 'workspace_id' END);
    EXECUTE format('CREATE POLICY across_workspaces ON %I USING (is_across_workspaces())', of_workspace);
  END LOOP;
END $$;

-- A user's own memberships, and the workspaces that these name.
CREATE POLICY for_user ON membership FOR SELECT USING (user_id = current_user_id());
CREATE POLICY for_user ON workspace FOR SELECT
  USING (id IN (SELECT m.workspace_id FROM membership m WHERE m.user_id = current_user_id()));

-- is_frozen runs as the owner, in statements that carry no setting, and must see every freeze.
CREATE POLICY is_frozen ON workspace FOR SELECT TO CURRENT_USER USING (true);

-- A row cannot name another workspace's connection. Audit rows outlive everything but their workspace; checked at the
-- commit, since a workspace's deletion reaches its connections first.
ALTER TABLE "pending_authorization" ADD CONSTRAINT "pending_authorization_workspace_id_result_connection_id_fkey"
  FOREIGN KEY ("workspace_id", "result_connection_id") REFERENCES "connection"("workspace_id", "id")
  ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_workspace_id_connection_id_fkey"
  FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id")
  ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
