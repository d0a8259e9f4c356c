-- What says whose a row is never changes (docs/adr/0033-audit-append-only.md): no key cascades, and the application may
-- update the columns that its statements set, not whole tables. A column that is added later needs a GRANT of its own;
-- prisma/policies.integration.test.ts lists them all.

-- Foreign keys are checked again, which may take longer than the statements of the product.
SELECT set_config('app.across_workspaces', 'on', true), set_config('statement_timeout', '0', true);

DO $$
DECLARE
  key record;
  may record;
  fixed jsonb := '{
    "breaker": ["id"],
    "connection": ["id", "workspace_id", "environment", "airwallex_account_id", "connected_by_id", "connected_at"],
    "credential": ["connection_id", "workspace_id", "environment", "airwallex_account_id", "frozen_at"],
    "deployment": ["id", "environment", "frozen_at", "created_at"],
    "invitation": ["id", "workspace_id", "email"],
    "key_reader": ["id", "process", "keys", "started_at"],
    "known_device": ["user_id", "cookie_digest"],
    "membership": ["workspace_id", "user_id", "created_at"],
    "partner_user": ["id", "email_identity", "image", "disabled_at", "created_at"],
    "pending_authorization": ["id", "workspace_id", "user_id", "session_id", "environment", "purpose", "connection_id",
      "state_digest", "cookie_digest", "redirect_uri", "requested_scopes", "created_at", "expires_at"],
    "rate_limit": ["bucket", "key"],
    "rotation_day": ["workspace_id", "connection_id", "day", "cause", "outcome"],
    "session": ["id", "session_token", "user_id", "expires", "created_at", "authenticated_at", "device"],
    "sign_in_link": ["id", "address", "token_digest", "browser_digest", "next", "created_at", "expires_at"],
    "snapshot": ["workspace_id", "connection_id", "kind"],
    "webhook_event": ["id", "name", "airwallex_account_ids", "occurred_at", "payload"],
    "worker_heartbeat": ["id", "process", "version", "started_at"],
    "workspace": ["id", "frozen_at", "created_at"]
  }';
BEGIN
  FOR key IN
    SELECT conname, conrelid::regclass AS of_table, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE contype = 'f' AND confupdtype <> 'a' AND connamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I %s', key.of_table, key.conname,
      replace(key.definition, ' ON UPDATE CASCADE', ''));
  END LOOP;

  FOR may IN
    SELECT c.relname AS of_table, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS updated
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND has_table_privilege('partner_dashboard_app', c.oid, 'UPDATE')
      AND NOT fixed->c.relname::text ? a.attname::text
    GROUP BY c.relname
  LOOP
    EXECUTE format('REVOKE UPDATE ON %I FROM partner_dashboard_app', may.of_table);
    EXECUTE format('GRANT UPDATE (%s) ON %I TO partner_dashboard_app', may.updated, may.of_table);
  END LOOP;
END $$;
