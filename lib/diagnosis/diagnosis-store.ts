import 'server-only'
import { recordAudit } from '@/lib/audit/audit-store'
import { acrossWorkspaces, type Db, inWorkspace, Prisma, db as sharedDb, type Transaction } from '@/lib/db'
import type { ConnectionKey, ReauthorizationReason } from '@/lib/rotation/row/row'
import type { Diagnosis, DiagnosisFacts, EventFact, LineageFact } from './diagnosis'
import { type StoredDiagnosis, storedDiagnosis } from './stored-diagnosis'

export type EndedGrant = {
  readonly facts: DiagnosisFacts
  readonly grantNo: number
  /** What was found before, of this same end. */
  readonly diagnosis: StoredDiagnosis | null
}

export type DiagnosisStore = ReturnType<typeof diagnosisStore>

/** Webhooks come up to three days late and the Connections API is asked now and then: so long, what is new is looked at. */
const OPEN_DAYS = 7
const AGAIN_MINUTES = 10

export function diagnosisStore(db: Db = sharedDb()) {
  return {
    /** Connections that ended lately, and were not looked at since, or not in the last ten minutes. */
    toDiagnose: (limit: number) =>
      acrossWorkspaces(
        db,
        (tx) => tx.$queryRaw<ConnectionKey[]>`
      SELECT c.workspace_id AS "workspaceId", c.connection_id AS "connectionId"
      FROM credential c JOIN connection n ON n.id = c.connection_id AND n.workspace_id = c.workspace_id
      WHERE c.status = 'reauthorization_required'
        AND c.status_since > (SELECT rotation_clock()) - ${OPEN_DAYS}::int * interval '1 day'
        AND (n.diagnosis IS NULL OR (n.diagnosis->>'grantNo')::int IS DISTINCT FROM c.grant_no
          OR (n.diagnosis->>'at')::timestamptz < (SELECT rotation_clock()) - ${AGAIN_MINUTES}::int * interval '1 minute')
      ORDER BY (n.diagnosis->>'at')::timestamptz NULLS FIRST LIMIT ${limit}`,
      ),

    /** Null where the connection needs no reauthorization. */
    ended(key: ConnectionKey): Promise<EndedGrant | null> {
      return inWorkspace(db, key.workspaceId, (tx) => readEnded(tx, key))
    },

    /** With the reason that lists show, and a line in the audit log where that is another one than before. */
    async save(key: ConnectionKey, grantNo: number, diagnosis: Diagnosis): Promise<void> {
      const { workspaceId, connectionId } = key
      const { cause, certainty } = diagnosis
      await inWorkspace(db, workspaceId, async (tx) => {
        // Under the row's lock: a reauthorization in between has an end of its own to come.
        const [row] = await tx.$queryRaw<{ reason: ReauthorizationReason; at: Date }[]>`
          SELECT reason, rotation_clock() AS "at" FROM credential
          WHERE connection_id = ${connectionId}::uuid AND workspace_id = ${workspaceId}::uuid
            AND grant_no = ${grantNo} AND status = 'reauthorization_required' FOR UPDATE`
        if (!row) return
        const stored = { ...diagnosis, grantNo, at: row.at } satisfies StoredDiagnosis
        await tx.$executeRaw`
          UPDATE connection SET diagnosis = ${JSON.stringify(stored)}::jsonb
          WHERE id = ${connectionId}::uuid AND workspace_id = ${workspaceId}::uuid`
        // What the end itself said is more than that nothing is known.
        if (certainty === 'unknown' || cause === row.reason) return
        await tx.credential.updateMany({ where: { connectionId, workspaceId, grantNo }, data: { reason: cause } })
        await recordAudit(tx, {
          workspaceId,
          connectionId,
          actor: { kind: 'system' },
          action: 'connection.diagnosed',
          outcome: cause,
          detail: { certainty, before: row.reason },
        })
      })
    },
  }
}

async function readEnded(tx: Transaction, { workspaceId, connectionId }: ConnectionKey): Promise<EndedGrant | null> {
  const [row] = await tx.$queryRaw<EndedRow[]>`
    SELECT c.reason, c.status_since AS "at", c.refresh_token_expires_at AS "refreshTokenExpiresAt",
      c.rotated_at AS "lastRotatedAt", c.authorized_at AS "authorizedAt", c.grant_no AS "grantNo",
      n.airwallex_account_id AS "accountId", n.airwallex_status AS "apiStatus", n.airwallex_status_at AS "apiAt",
      n.diagnosis, s.fetched_at AS "readAt",
      coalesce(s.data->'status'->>'known', s.data->'status'->>'unrecognized') AS "readStatus"
    FROM credential c JOIN connection n ON n.id = c.connection_id AND n.workspace_id = c.workspace_id
    LEFT JOIN snapshot s ON s.connection_id = n.id AND s.workspace_id = n.workspace_id
      AND s.kind = 'account_details'
    WHERE c.connection_id = ${connectionId}::uuid AND c.workspace_id = ${workspaceId}::uuid
      AND c.status = 'reauthorization_required'`
  if (!row) return null
  const { reason, at, refreshTokenExpiresAt, lastRotatedAt, grantNo, apiStatus, apiAt, readStatus, readAt } = row
  const lineage = await readLineage(tx, { workspaceId, connectionId }, grantNo - 1)
  const events = await readEvents(tx, row.accountId, row.authorizedAt)
  const stored = storedDiagnosis(row.diagnosis)
  return {
    grantNo,
    diagnosis: stored?.grantNo === grantNo ? stored : null,
    facts: {
      ended: { reason, at, refreshTokenExpiresAt, lastRotatedAt },
      lineage,
      events,
      connectionsApi: apiStatus !== null && apiAt && apiAt >= at ? { status: apiStatus, at: apiAt } : null,
      accountRead: readStatus !== null && readAt ? { status: readStatus, at: readAt } : null,
    },
  }
}

type EndedRow = DiagnosisFacts['ended'] & {
  readonly authorizedAt: Date
  readonly grantNo: number
  readonly accountId: string
  readonly apiStatus: string | null
  readonly apiAt: Date | null
  readonly readStatus: string | null
  readonly readAt: Date | null
  readonly diagnosis: unknown
}

const readLineage = (db: Transaction, { workspaceId, connectionId }: ConnectionKey, grantNo: number) => db.$queryRaw<
  LineageFact[]
>`
  SELECT outcome, cause, generation, repairs, sent_at AS "sentAt", committed_at AS "committedAt" FROM rotation
  WHERE workspace_id = ${workspaceId}::uuid AND connection_id = ${connectionId}::uuid AND grant_no = ${grantNo}
  ORDER BY committed_at DESC, id DESC LIMIT 20`

/** Airwallex writes whole seconds, so an event of this grant's first second counts. */
const readEvents = (db: Transaction, accountId: string, since: Date) => db.$queryRaw<EventFact[]>`
  SELECT name, occurred_at AS "occurredAt", jsonb_build_object('kind', payload->>'kind', 'reason', payload->>'reason',
    'status', coalesce(payload->'status'->>'known', payload->'status'->>'unrecognized')) AS "content"
  FROM webhook_event WHERE airwallex_account_ids && ${Prisma.sql`ARRAY[${accountId}]::text[]`}
    AND occurred_at >= date_trunc('second', ${since}::timestamptz)
    AND payload->>'kind' IN ('disconnected', 'account_status_changed')
  ORDER BY occurred_at DESC LIMIT 20`
