-- The application adds to the audit log through these functions and in no other way (docs/adr/0033-audit-append-only.md).

-- The owner is held to row-level security as well.
SELECT set_config('app.across_workspaces', 'on', true), set_config('statement_timeout', '0', true);

-- How many entries are from before the chain, and a digest over them: none can be added, changed or removed unnoticed.
ALTER TABLE "audit_head"
  ADD COLUMN "before_entries" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "before_digest" BYTEA;

-- lib/audit/chain-store.ts computes the same. Every column; the instant as a number, whatever the session's time zone is.
INSERT INTO "audit_head" AS head ("chain", "sequence", "hash", "before_entries", "before_digest")
SELECT coalesce(e.workspace_id, '00000000-0000-0000-0000-000000000000'), 0, decode(repeat('00', 32), 'hex'), count(*),
  sha256(convert_to(string_agg(jsonb_build_array(e.id, e.workspace_id, e.sequence, extract(epoch FROM e.at),
    e.actor_kind, e.actor_user_id, e.actor_name, e.action, e.connection_id, e.subject_user_id, e.subject_name,
    e.origin_address, e.origin_device, e.outcome, e.detail)::text, E'\n' ORDER BY e.sequence), 'UTF8'))
FROM "audit_event" e WHERE e.sequence <= 0 GROUP BY e.workspace_id
ON CONFLICT ("chain") DO UPDATE SET "before_entries" = EXCLUDED."before_entries", "before_digest" = EXCLUDED."before_digest";

ALTER TABLE "audit_head"
  ADD CONSTRAINT "audit_head_shape" CHECK ("sequence" >= 0 AND octet_length("hash") = 32
    AND ("before_entries" > 0) = ("before_digest" IS NOT NULL) AND "before_entries" >= 0);
-- The nil UUID names the deployment's own chain.
ALTER TABLE "workspace"
  ADD CONSTRAINT "workspace_is_not_the_deployment" CHECK ("id" <> '00000000-0000-0000-0000-000000000000');

REVOKE INSERT ON "audit_event" FROM partner_dashboard_app;
REVOKE INSERT, UPDATE ON "audit_head" FROM partner_dashboard_app;

-- Where a chain ends, locked until the transaction is over; made here for a chain's first entry.
CREATE FUNCTION lock_audit_head(of_chain uuid) RETURNS TABLE (sequence integer, hash bytea)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO audit_head AS head (chain, sequence, hash) VALUES (of_chain, 0, decode(repeat('00', 32), 'hex'))
  ON CONFLICT (chain) DO UPDATE SET sequence = head.sequence
  RETURNING head.sequence, head.hash
$$;

-- Adds the entry behind the last one and moves the head to it. False where the chain has moved on. The database has no
-- key, so it cannot judge the hash: the verifier does.
CREATE FUNCTION append_audit(entry jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  added audit_event := jsonb_populate_record(NULL::audit_event, entry);
BEGIN
  UPDATE audit_head SET sequence = added.sequence, hash = added.hash
  WHERE chain = coalesce(added.workspace_id, '00000000-0000-0000-0000-000000000000')
    AND sequence = added.sequence - 1;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO audit_event SELECT added.*;
  RETURN true;
END $$;

-- As before, but the deployment's chain must say it at its very end and as it is: the deletion is the last entry there,
-- and names the length and the last hash of the chain that goes.
CREATE OR REPLACE FUNCTION erase_workspace_audit(erased_id uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  erased integer;
  before text := coalesce(current_setting('app.across_workspaces', true), '');
BEGIN
  -- Not as an attribute of the function: only a superuser may give it one that the server does not know.
  PERFORM set_config('app.across_workspaces', 'on', true);
  IF EXISTS (SELECT FROM workspace WHERE id = erased_id) THEN
    RAISE EXCEPTION 'The workspace still exists, and so does its audit log';
  END IF;
  IF NOT EXISTS (
    SELECT FROM audit_head own
    JOIN audit_event told ON told.workspace_id IS NULL AND told.sequence = own.sequence
    JOIN audit_head erased_head ON erased_head.chain = erased_id
    WHERE own.chain = '00000000-0000-0000-0000-000000000000' AND told.action = 'workspace.deleted'
      AND told.detail->>'workspaceId' = erased_id::text
      AND told.detail->>'entries' = erased_head.sequence::text
      AND told.detail->>'head' = encode(erased_head.hash, 'hex')
  ) THEN
    RAISE EXCEPTION 'Nothing at the end of the deployment''s audit chain says that the workspace was deleted';
  END IF;
  DELETE FROM audit_event WHERE workspace_id = erased_id;
  GET DIAGNOSTICS erased = ROW_COUNT;
  DELETE FROM audit_head WHERE chain = erased_id;
  PERFORM set_config('app.across_workspaces', before, true);
  RETURN erased;
END $$;

REVOKE EXECUTE ON FUNCTION lock_audit_head(uuid), append_audit(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lock_audit_head(uuid), append_audit(jsonb) TO partner_dashboard_app;
