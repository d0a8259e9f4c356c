-- A connection that goes unanswered is probed until Airwallex says what became of it: no number of probes is too many
-- (docs/adr/0038-probe-until-airwallex-speaks.md).
ALTER TABLE "credential"
  DROP CONSTRAINT "credential_counters",
  ADD CONSTRAINT "credential_counters" CHECK (
    "grant_no" >= 1 AND "generation" >= 1 AND "fence" >= 0 AND "attempts" >= 0 AND "send_count" >= 0
    AND "late_probes" >= 0 AND "access_token_life_seconds" BETWEEN 0 AND 300
    AND ("sent_fence" IS NULL OR "sent_fence" <= "fence"));
