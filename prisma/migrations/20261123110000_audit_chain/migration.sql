-- The audit log as a chain: one a workspace, one for what belongs to none (docs/adr/0024-audit-chain.md).

-- The owner is held to row-level security as well.
SELECT set_config('app.across_workspaces', 'on', true);

ALTER TABLE "audit_event"
  ADD COLUMN "sequence" INTEGER,
  ADD COLUMN "hash" BYTEA,
  ADD COLUMN "actor_name" TEXT,
  ADD COLUMN "subject_user_id" UUID,
  ADD COLUMN "subject_name" TEXT,
  ADD COLUMN "origin_address" TEXT,
  ADD COLUMN "origin_device" TEXT,
  ALTER COLUMN "at" DROP DEFAULT;

-- The database has no key, so what is here already stays outside the chain: numbered up to 0, without a hash.
UPDATE "audit_event" AS e SET "sequence" = n."sequence", "hash" = ''
FROM (SELECT "id", (1 - row_number() OVER (PARTITION BY "workspace_id" ORDER BY "at" DESC, "id" DESC))::int AS "sequence"
      FROM "audit_event") AS n
WHERE n."id" = e."id";
-- What is deferred is checked before the table is changed.
SET CONSTRAINTS ALL IMMEDIATE;

ALTER TABLE "audit_event"
  ALTER COLUMN "sequence" SET NOT NULL,
  ALTER COLUMN "hash" SET NOT NULL,
  ADD CONSTRAINT "audit_event_in_chain" CHECK (octet_length("hash") = CASE WHEN "sequence" > 0 THEN 32 ELSE 0 END);

-- CreateTable
CREATE TABLE "audit_head" (
    "chain" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("chain")
);

-- DropIndex
DROP INDEX "audit_event_workspace_id_at_id_idx";

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_workspace_id_sequence_key" ON "audit_event"("workspace_id", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_workspace_id_at_sequence_idx" ON "audit_event"("workspace_id", "at", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_workspace_id_actor_user_id_at_sequence_idx" ON "audit_event"("workspace_id", "actor_user_id", "at", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_workspace_id_actor_kind_at_sequence_idx" ON "audit_event"("workspace_id", "actor_kind", "at", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_workspace_id_action_at_sequence_idx" ON "audit_event"("workspace_id", "action", "at", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_workspace_id_connection_id_at_sequence_idx" ON "audit_event"("workspace_id", "connection_id", "at", "sequence");

-- A workspace's deletion must not take its log along unseen: it fails at the commit unless the log was erased by the
-- function below.
ALTER TABLE "audit_event" DROP CONSTRAINT "audit_event_workspace_id_fkey";
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;



-- Below: what Prisma's schema cannot say. prisma/schema.integration.test.ts asserts each of these.

-- NULLs are distinct in the unique index above; the deployment's own chain has gaps and repetitions no more than others.
CREATE UNIQUE INDEX "audit_event_of_the_deployment" ON "audit_event" ("sequence") WHERE "workspace_id" IS NULL;

-- No tenant's data: an id, a counter, a hash. The row is what the writers of a chain wait at.
GRANT SELECT, INSERT, UPDATE ON "audit_head" TO partner_dashboard_app;

-- Whatever a transaction is for, it may add to the deployment's chain; reading that takes `acrossWorkspaces`.
CREATE POLICY deployment_chain ON "audit_event" FOR INSERT WITH CHECK ("workspace_id" IS NULL);

-- Removes the log of a workspace that was deleted, in the transaction that deletes it (lib/audit/erase-store.ts writes the
-- entry that stays). As the owner, since the application may delete no audit row; and only where the workspace is gone
-- and the deployment's chain says so, so that it cannot be used for anything else without leaving a trace.
CREATE FUNCTION erase_workspace_audit(erased_id uuid) RETURNS integer
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
  IF NOT EXISTS (SELECT FROM audit_event WHERE workspace_id IS NULL AND action = 'workspace.deleted'
                 AND detail->>'workspaceId' = erased_id::text) THEN
    RAISE EXCEPTION 'Nothing in the deployment''s audit chain says that the workspace was deleted';
  END IF;
  DELETE FROM audit_event WHERE workspace_id = erased_id;
  GET DIAGNOSTICS erased = ROW_COUNT;
  DELETE FROM audit_head WHERE chain = erased_id;
  PERFORM set_config('app.across_workspaces', before, true);
  RETURN erased;
END $$;
REVOKE EXECUTE ON FUNCTION erase_workspace_audit(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_workspace_audit(uuid) TO partner_dashboard_app;
