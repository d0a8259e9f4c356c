-- Which running process reads which token keys: what promoting, re-sealing and retiring a key ask first.
CREATE TABLE "key_reader" (
    "id" UUID NOT NULL,
    "process" TEXT NOT NULL,
    "keys" TEXT[],
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "key_reader_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "key_reader_last_seen_at_idx" ON "key_reader"("last_seen_at");

-- It belongs to no workspace: processes serve all of them.
GRANT SELECT, INSERT, UPDATE, DELETE ON "key_reader" TO partner_dashboard_app;
