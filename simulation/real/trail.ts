import type { Database } from './database'

// What the database itself saw: one row for each change of a credential, written in the transaction that changed it. A
// killed process leaves no log, and a killed server keeps of the trail exactly what it keeps of the change.

export type TrailRow = {
  readonly at: number
  readonly connectionId: string
  readonly status: 'active' | 'reauthorization_required' | 'disconnected'
  readonly reason: string | null
  readonly grantNo: number
  readonly generation: number
  readonly fence: number
  readonly sentFence: number | null
  readonly sendCount: number
  readonly lateProbes: number
  readonly firstSentAt: number | null
  readonly leaseUntil: number | null
}

export async function keepTrail({ sql }: Pick<Database, 'sql'>): Promise<void> {
  await sql(`CREATE TABLE trail (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(),
    connection_id uuid NOT NULL, status text, reason text, grant_no int, generation int, fence int, sent_fence int,
    send_count int, late_probes int, first_sent_at timestamptz, lease_until timestamptz)`)
  await sql(`CREATE FUNCTION leave_trail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      INSERT INTO trail (connection_id, status, reason, grant_no, generation, fence, sent_fence, send_count,
        late_probes, first_sent_at, lease_until)
      VALUES (NEW.connection_id, NEW.status, NEW.reason, NEW.grant_no, NEW.generation, NEW.fence, NEW.sent_fence,
        NEW.send_count, NEW.late_probes, NEW.first_sent_at, NEW.lease_until);
      RETURN NULL;
    END $$`)
  await sql(`CREATE TRIGGER leave_trail AFTER INSERT OR UPDATE ON credential
    FOR EACH ROW EXECUTE FUNCTION leave_trail()`)
}

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`

/** In the order in which each connection's row changed. */
export function readTrail({ sql }: Pick<Database, 'sql'>): Promise<TrailRow[]> {
  return sql<TrailRow>(`SELECT ${ms('at')} AS "at", connection_id AS "connectionId", status, reason,
      grant_no AS "grantNo", generation, fence, sent_fence AS "sentFence", send_count AS "sendCount",
      late_probes AS "lateProbes", ${ms('first_sent_at')} AS "firstSentAt", ${ms('lease_until')} AS "leaseUntil"
    FROM trail ORDER BY connection_id, seq`)
}

/** A row of the lineage, with the instant at which it was written. */
export type LineageRow = {
  readonly connectionId: string
  readonly grantNo: number
  readonly generation: number
  readonly cause: string
  readonly process: string
  readonly outcome: string
  readonly repairs: number
  readonly committedAt: number
  readonly presentedFingerprint: string | null
  readonly issuedFingerprint: string | null
}

export function readLineage({ sql }: Pick<Database, 'sql'>): Promise<LineageRow[]> {
  return sql<LineageRow>(`SELECT connection_id AS "connectionId", grant_no AS "grantNo", generation, cause, process,
      outcome, repairs, ${ms('committed_at')} AS "committedAt", presented_fingerprint AS "presentedFingerprint",
      issued_fingerprint AS "issuedFingerprint"
    FROM rotation ORDER BY connection_id, grant_no, generation, committed_at`)
}
