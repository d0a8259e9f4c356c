-- A refresh token that cannot be opened is kept: it may be the only copy, and the right key may come back.
ALTER TABLE "credential" ADD COLUMN "unreadable_since" TIMESTAMPTZ(6);
CREATE INDEX "credential_unreadable" ON "credential" ("next_attempt_at") WHERE "unreadable_since" IS NOT NULL;

-- Which key each id of TOKEN_KEYS means. The product may write an id once and never change or forget it.
CREATE TABLE "token_key" (
    "id" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "token_key_pkey" PRIMARY KEY ("id")
);
GRANT SELECT, INSERT ON "token_key" TO partner_dashboard_app;
