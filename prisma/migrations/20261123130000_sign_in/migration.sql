-- AlterTable
ALTER TABLE "session" ADD COLUMN "authenticated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ADD COLUMN "device" TEXT,
  ADD COLUMN "address" TEXT;
-- Sessions that stand were authenticated when they were made, not when this column was.
UPDATE "session" SET "authenticated_at" = "created_at";

-- CreateTable
CREATE TABLE "known_device" (
    "user_id" UUID NOT NULL,
    "cookie_digest" TEXT NOT NULL,
    "last_used_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "known_device_pkey" PRIMARY KEY ("user_id","cookie_digest")
);
CREATE INDEX "known_device_last_used_at_idx" ON "known_device"("last_used_at");
ALTER TABLE "known_device" ADD CONSTRAINT "known_device_user_id_fkey"
  FOREIGN KEY ("user_id") REFERENCES "partner_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- CreateTable
CREATE TABLE "sign_in_link" (
    "id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "token_digest" TEXT NOT NULL,
    "browser_digest" TEXT NOT NULL,
    "next" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "used_at" TIMESTAMPTZ(6),

    CONSTRAINT "sign_in_link_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "sign_in_link_token_digest_key" ON "sign_in_link"("token_digest");
CREATE INDEX "sign_in_link_address_idx" ON "sign_in_link"("address");
CREATE INDEX "sign_in_link_expires_at_idx" ON "sign_in_link"("expires_at");

-- Counters of minutes: written with every attempt, worth nothing after a crash, so without the log that would keep them.
-- Room on each page, so that counting up does not move a row.
CREATE UNLOGGED TABLE "rate_limit" (
    "bucket" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "taken" INTEGER NOT NULL,
    "ends_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("bucket","key")
) WITH (fillfactor = 70);
CREATE INDEX "rate_limit_ends_at_idx" ON "rate_limit"("ends_at");

-- None of these belongs to a workspace: people sign in to the deployment.
GRANT SELECT, INSERT, UPDATE, DELETE ON "known_device", "sign_in_link", "rate_limit" TO partner_dashboard_app;
