-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('owner', 'admin', 'operator', 'viewer');

-- CreateEnum
CREATE TYPE "CredentialStatus" AS ENUM ('active', 'reauthorization_required', 'disconnected');

-- CreateEnum
CREATE TYPE "AuthorizationPurpose" AS ENUM ('connect', 'reauthorize', 'add_permissions');

-- CreateTable
CREATE TABLE "partner_user" (
    "id" UUID NOT NULL,
    "name" TEXT,
    "email" TEXT,
    "email_identity" TEXT,
    "email_verified" TIMESTAMPTZ(6),
    "image" TEXT,
    "disabled_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "partner_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_account" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "provider_account_id" TEXT NOT NULL,

    CONSTRAINT "sign_in_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "session_token" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "expires" TIMESTAMPTZ(6) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workspace" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "frozen_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "workspace_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "Role" NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "pending_authorization" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "environment" TEXT NOT NULL,
    "purpose" "AuthorizationPurpose" NOT NULL,
    "connection_id" UUID,
    "state_digest" TEXT NOT NULL,
    "cookie_digest" TEXT NOT NULL,
    "sealed_code_verifier" TEXT NOT NULL,
    "redirect_uri" TEXT NOT NULL,
    "requested_scopes" TEXT[],
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "consumed_at" TIMESTAMPTZ(6),
    "outcome" TEXT,
    "result_connection_id" UUID,
    "completed_at" TIMESTAMPTZ(6),

    CONSTRAINT "pending_authorization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "connection" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "environment" TEXT NOT NULL,
    "airwallex_account_id" TEXT NOT NULL,
    "requested_scopes" TEXT[],
    "granted_scopes" TEXT[],
    "connected_by_id" UUID,
    "connected_at" TIMESTAMPTZ(6) NOT NULL,
    "disconnected_at" TIMESTAMPTZ(6),
    "revocation_outcome" TEXT,
    "airwallex_status" TEXT,
    "airwallex_status_at" TIMESTAMPTZ(6),
    "diagnosis" JSONB,

    CONSTRAINT "connection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credential" (
    "connection_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "environment" TEXT NOT NULL,
    "airwallex_account_id" TEXT NOT NULL,
    "status" "CredentialStatus" NOT NULL,
    "reason" TEXT,
    "status_since" TIMESTAMPTZ(6) NOT NULL,
    "grant_no" INTEGER NOT NULL,
    "generation" INTEGER NOT NULL,
    "sealed_access_token" TEXT,
    "sealed_refresh_token" TEXT,
    "access_token_life_seconds" INTEGER NOT NULL,
    "access_token_expires_at" TIMESTAMPTZ(6) NOT NULL,
    "refresh_token_expires_at" TIMESTAMPTZ(6) NOT NULL,
    "authorized_at" TIMESTAMPTZ(6) NOT NULL,
    "rotated_at" TIMESTAMPTZ(6) NOT NULL,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "sent_fence" INTEGER,
    "commit_fence" INTEGER,
    "lease_until" TIMESTAMPTZ(6),
    "next_attempt_at" TIMESTAMPTZ(6),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "first_sent_at" TIMESTAMPTZ(6),
    "ambiguous_since" TIMESTAMPTZ(6),
    "send_count" INTEGER NOT NULL DEFAULT 0,
    "late_probes" INTEGER NOT NULL DEFAULT 0,
    "forced_at" TIMESTAMPTZ(6),
    "keep_alive_at" TIMESTAMPTZ(6),
    "frozen_at" TIMESTAMPTZ(6),
    "quarantined_at" TIMESTAMPTZ(6),
    "disconnect_event_at" TIMESTAMPTZ(6),

    CONSTRAINT "credential_pkey" PRIMARY KEY ("connection_id")
);

-- CreateTable
CREATE TABLE "rotation" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "grant_no" INTEGER NOT NULL,
    "generation" INTEGER NOT NULL,
    "cause" TEXT NOT NULL,
    "needed_by" TEXT,
    "process" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "repairs" INTEGER NOT NULL DEFAULT 0,
    "sent_at" TIMESTAMPTZ(6),
    "answered_at" TIMESTAMPTZ(6),
    "committed_at" TIMESTAMPTZ(6) NOT NULL,
    "presented_fingerprint" TEXT,
    "issued_fingerprint" TEXT,

    CONSTRAINT "rotation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rotation_day" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "cause" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "rotations" INTEGER NOT NULL,
    "repairs" INTEGER NOT NULL,

    CONSTRAINT "rotation_day_pkey" PRIMARY KEY ("workspace_id","connection_id","day","cause","outcome")
);

-- CreateTable
CREATE TABLE "snapshot" (
    "workspace_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "data" JSONB,
    "fetched_at" TIMESTAMPTZ(6),
    "attempted_at" TIMESTAMPTZ(6) NOT NULL,
    "failure" TEXT,

    CONSTRAINT "snapshot_pkey" PRIMARY KEY ("connection_id","kind")
);

-- CreateTable
CREATE TABLE "deployment" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "environment" TEXT NOT NULL,
    "system_identity" TEXT NOT NULL,
    "frozen_at" TIMESTAMPTZ(6),
    "quarantined_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deployment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "breaker" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "state" TEXT NOT NULL DEFAULT 'closed',
    "reason" TEXT,
    "since" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "failures" JSONB NOT NULL DEFAULT '[]',
    "canary_at" TIMESTAMPTZ(6),
    "slot_holder" TEXT,
    "slot_until" TIMESTAMPTZ(6),

    CONSTRAINT "breaker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker_heartbeat" (
    "id" UUID NOT NULL,
    "process" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL,
    "stopped_at" TIMESTAMPTZ(6),

    CONSTRAINT "worker_heartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_event" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "airwallex_account_ids" TEXT[],
    "occurred_at" TIMESTAMPTZ(6) NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "payload" JSONB NOT NULL,
    "handled_at" TIMESTAMPTZ(6),
    "outcome" TEXT,

    CONSTRAINT "webhook_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" UUID NOT NULL,
    "workspace_id" UUID,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_kind" TEXT NOT NULL,
    "actor_user_id" UUID,
    "action" TEXT NOT NULL,
    "connection_id" UUID,
    "outcome" TEXT NOT NULL,
    "detail" JSONB,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "partner_user_email_identity_key" ON "partner_user"("email_identity");

-- CreateIndex
CREATE INDEX "sign_in_account_user_id_idx" ON "sign_in_account"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "sign_in_account_provider_provider_account_id_key" ON "sign_in_account"("provider", "provider_account_id");

-- CreateIndex
CREATE UNIQUE INDEX "session_session_token_key" ON "session"("session_token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "pending_authorization_state_digest_key" ON "pending_authorization"("state_digest");

-- CreateIndex
CREATE INDEX "pending_authorization_workspace_id_created_at_idx" ON "pending_authorization"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "pending_authorization_expires_at_idx" ON "pending_authorization"("expires_at");

-- CreateIndex
CREATE INDEX "connection_workspace_id_connected_at_id_idx" ON "connection"("workspace_id", "connected_at" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "connection_workspace_id_id_key" ON "connection"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "connection_workspace_id_environment_airwallex_account_id_key" ON "connection"("workspace_id", "environment", "airwallex_account_id");

-- CreateIndex
CREATE UNIQUE INDEX "credential_workspace_id_connection_id_key" ON "credential"("workspace_id", "connection_id");

-- CreateIndex
CREATE INDEX "rotation_workspace_id_connection_id_committed_at_idx" ON "rotation"("workspace_id", "connection_id", "committed_at" DESC);

-- CreateIndex
CREATE INDEX "rotation_workspace_id_committed_at_outcome_cause_repairs_idx" ON "rotation"("workspace_id", "committed_at" DESC, "outcome", "cause", "repairs");

-- CreateIndex
CREATE INDEX "rotation_committed_at_idx" ON "rotation"("committed_at");

-- CreateIndex
CREATE INDEX "rotation_day_workspace_id_day_idx" ON "rotation_day"("workspace_id", "day");

-- CreateIndex
CREATE INDEX "snapshot_workspace_id_connection_id_idx" ON "snapshot"("workspace_id", "connection_id");

-- CreateIndex
CREATE INDEX "worker_heartbeat_last_seen_at_idx" ON "worker_heartbeat"("last_seen_at");

-- CreateIndex
CREATE INDEX "webhook_event_received_at_idx" ON "webhook_event"("received_at");

-- CreateIndex
CREATE INDEX "webhook_event_airwallex_account_ids_idx" ON "webhook_event" USING GIN ("airwallex_account_ids");

-- CreateIndex
CREATE INDEX "audit_event_workspace_id_at_id_idx" ON "audit_event"("workspace_id", "at" DESC, "id");

-- AddForeignKey
ALTER TABLE "sign_in_account" ADD CONSTRAINT "sign_in_account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "partner_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "partner_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "partner_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pending_authorization" ADD CONSTRAINT "pending_authorization_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pending_authorization" ADD CONSTRAINT "pending_authorization_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "partner_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pending_authorization" ADD CONSTRAINT "pending_authorization_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "connection" ADD CONSTRAINT "connection_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "connection" ADD CONSTRAINT "connection_connected_by_id_fkey" FOREIGN KEY ("connected_by_id") REFERENCES "partner_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential" ADD CONSTRAINT "credential_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rotation" ADD CONSTRAINT "rotation_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rotation_day" ADD CONSTRAINT "rotation_day_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "snapshot" ADD CONSTRAINT "snapshot_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connection"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- Below: what Prisma's schema cannot say. prisma/schema.integration.test.ts asserts each of these.

-- The protocol's clock. now() stands still within a transaction and was seconds stale after a lock wait;
-- tests replace this function to move time.
CREATE FUNCTION rotation_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT clock_timestamp() $$;

-- Freezing lies over the status: read by every hand-out and every first send, changed by nothing in the protocol.
-- SECURITY DEFINER because workspace is to get row-level security, and the protocol's statements carry no setting.
CREATE FUNCTION is_frozen(in_workspace_id uuid, in_connection_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM deployment WHERE frozen_at IS NOT NULL)
      OR EXISTS (SELECT 1 FROM workspace WHERE id = in_workspace_id AND frozen_at IS NOT NULL)
      OR EXISTS (SELECT 1 FROM credential
                 WHERE connection_id = in_connection_id AND workspace_id = in_workspace_id AND frozen_at IS NOT NULL)
$$;

-- One live connection per (environment, Airwallex account) in the whole deployment.
CREATE UNIQUE INDEX "credential_live_account" ON "credential" ("environment", "airwallex_account_id")
  WHERE "status" <> 'disconnected';

-- The scans: interrupted rotations, and what is due for keep-alive.
CREATE INDEX "credential_interrupted" ON "credential" ("first_sent_at") WHERE "first_sent_at" IS NOT NULL;
CREATE INDEX "credential_keep_alive" ON "credential" ("keep_alive_at") WHERE "status" = 'active';
-- Those whose end is still to be explained, the latest first.
CREATE INDEX "credential_ended" ON "credential" ("status_since") WHERE "status" = 'reauthorization_required';
-- The inbox: what nobody has finished.
CREATE INDEX "webhook_event_waiting" ON "webhook_event" ("received_at") WHERE "handled_at" IS NULL;

-- Tokens are at rest only while a grant may use them, and never half of a pair.
ALTER TABLE "credential"
  ADD CONSTRAINT "credential_tokens_by_status" CHECK (
    CASE "status"
      WHEN 'disconnected' THEN "sealed_access_token" IS NULL AND "sealed_refresh_token" IS NULL
      WHEN 'active' THEN "sealed_refresh_token" IS NOT NULL
      ELSE true
    END),
  ADD CONSTRAINT "credential_reason_by_status" CHECK (
    ("status" = 'reauthorization_required') = ("reason" IS NOT NULL)),
  ADD CONSTRAINT "credential_counters" CHECK (
    "grant_no" >= 1 AND "generation" >= 1 AND "fence" >= 0 AND "attempts" >= 0 AND "send_count" >= 0
    AND "late_probes" BETWEEN 0 AND 3 AND "access_token_life_seconds" BETWEEN 0 AND 300
    AND ("sent_fence" IS NULL OR "sent_fence" <= "fence"));

ALTER TABLE "pending_authorization"
  ADD CONSTRAINT "pending_authorization_outcome_after_use" CHECK ("outcome" IS NULL OR "consumed_at" IS NOT NULL);

ALTER TABLE "deployment" ADD CONSTRAINT "deployment_one_row" CHECK ("id" = 1);
ALTER TABLE "breaker" ADD CONSTRAINT "breaker_one_row" CHECK ("id" = 1);
INSERT INTO "breaker" ("id") VALUES (1);

-- Bounds of every statement: a page must not hang behind a lock, and a claim must fail fast when the database is busy.
-- Set on the database, since PgBouncer refuses them as start-up parameters.
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET statement_timeout = ''5s''', current_database());
  EXECUTE format('ALTER DATABASE %I SET lock_timeout = ''2s''', current_database());
  EXECUTE format('ALTER DATABASE %I SET idle_in_transaction_session_timeout = ''10s''', current_database());
END $$;
