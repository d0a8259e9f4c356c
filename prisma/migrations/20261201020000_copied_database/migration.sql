-- What tells a physical copy or another course of history from the deployment itself: its system identifier and oid do
-- not. Null until the first start that knows these columns.
ALTER TABLE "deployment"
  ADD COLUMN "app_origin" TEXT,
  ADD COLUMN "timeline" INTEGER,
  ADD COLUMN "timeline_before" INTEGER,
  ADD COLUMN "timeline_changed_at" TIMESTAMPTZ(6),
  -- The commit time of the last transaction that the recovery brought back, where the server still told it.
  ADD COLUMN "recovered_to" TIMESTAMPTZ(6);
