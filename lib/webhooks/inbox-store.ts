import 'server-only'
import type { AirwallexEvent, EventContent } from '@/lib/airwallex/webhook-events'
import { recordAudit } from '@/lib/audit/audit-store'
import { acrossWorkspaces, type Db, inWorkspace, db as sharedDb } from '@/lib/db'
import type { ReauthorizationReason } from '@/lib/rotation/row/row'
import {
  dismissDisconnectEvent,
  type EventTarget,
  endGrantAtAirwallex,
  explainEndedGrants,
  findHolder,
  noteDisconnectEvent,
} from '@/lib/rotation/sql/grant-end-store'

// The inbox: a delivery is stored before it is answered and handled after. Rows without `handled_at` are what is left
// to do, whoever received them.

export type StoredEvent = { readonly id: string; readonly occurredAt: Date; readonly content: EventContent }

/** Another delivery or process takes an event over when its handler has been silent for so long. */
export const HANDLER_PATIENCE_SECONDS = 60

export type InboxStore = ReturnType<typeof inboxStore>

export function inboxStore(db: Db = sharedDb()) {
  return {
    /** True where this delivery is the one to handle: the first, or one long after a handler that never finished. */
    async receive({ id, name, createdAt, content }: AirwallexEvent): Promise<boolean> {
      const accountIds = accountIdsOf(content)
      // Only what was read of the event: the rest may hold anything about anyone.
      const [row] = await db.$queryRaw<{ mine: boolean }[]>`
        INSERT INTO webhook_event AS e (id, name, airwallex_account_ids, occurred_at, received_at, payload)
        VALUES (${id}, ${name}, ${accountIds}::text[], coalesce(${createdAt}::timestamptz, rotation_clock()),
          rotation_clock(), ${JSON.stringify(content)}::jsonb)
        ON CONFLICT (id) DO UPDATE SET received_at = rotation_clock()
        WHERE e.handled_at IS NULL
          AND e.received_at <= rotation_clock() - ${HANDLER_PATIENCE_SECONDS}::int * interval '1 second'
        RETURNING true AS "mine"`
      return row?.mine ?? false
    },

    /** Takes over what no one has finished, the oldest first. */
    async takeWaiting(limit: number): Promise<StoredEvent[]> {
      const rows = await db.$queryRaw<{ id: string; occurredAt: Date; content: EventContent }[]>`
        UPDATE webhook_event AS e SET received_at = rotation_clock()
        WHERE e.id IN (SELECT id FROM webhook_event WHERE handled_at IS NULL
            AND received_at <= (SELECT rotation_clock()) - ${HANDLER_PATIENCE_SECONDS}::int * interval '1 second'
          ORDER BY received_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING e.id, e.occurred_at AS "occurredAt", e.payload AS "content"`
      return rows
    },

    async finish(id: string, outcome: string): Promise<void> {
      await db.$executeRaw`
        UPDATE webhook_event SET handled_at = rotation_clock(), outcome = ${outcome}
        WHERE id = ${id} AND handled_at IS NULL`
    },

    async noteDisconnect(event: NoticedDisconnect): Promise<{ targets: EventTarget[]; explained: number }> {
      const explained = await explainEndedGrants(db, event, event.reason)
      return { targets: await noteDisconnectEvent(db, event), explained }
    },

    /** With its notice in one transaction: anyone else who confirms the same finds nothing left to end. */
    endGrant(target: EventTarget, reason: ReauthorizationReason): Promise<boolean> {
      return inWorkspace(db, target.workspaceId, async (tx) => {
        const ended = await endGrantAtAirwallex(tx, { ...target, reason })
        if (ended) {
          const { workspaceId, connectionId } = target
          const actor = { kind: 'airwallex' } as const
          await recordAudit(tx, {
            workspaceId,
            connectionId,
            actor,
            action: 'connection.ended_at_airwallex',
            outcome: reason,
          })
        }
        return ended
      })
    },

    dismiss: (target: EventTarget) => dismissDisconnectEvent(db, target),

    holder: (account: Parameters<typeof findHolder>[1]) => findHolder(db, account),

    /** Whether Airwallex last called this account suspended or closed, by an event (of whole seconds) or an answer. */
    async isClosed(environment: string, airwallexAccountIds: readonly string[]): Promise<boolean> {
      const [row] = await acrossWorkspaces(
        db,
        (tx) => tx.$queryRaw<{ status: string | null }[]>`
        SELECT status FROM (
          SELECT payload->'status'->>'known' AS status, occurred_at AS at, 1 AS rank FROM webhook_event
          WHERE airwallex_account_ids && ${[...airwallexAccountIds]}::text[]
            AND payload->>'kind' = 'account_status_changed'
          UNION ALL
          SELECT s.data->'status'->>'known', date_trunc('second', s.fetched_at), 0 FROM snapshot s
          JOIN connection n ON n.id = s.connection_id AND n.workspace_id = s.workspace_id
          WHERE n.environment = ${environment} AND n.airwallex_account_id = ANY(${[...airwallexAccountIds]}::text[])
            AND s.kind = 'account_details' AND s.fetched_at IS NOT NULL) AS known
        ORDER BY at DESC, rank DESC LIMIT 1`,
      )
      return row?.status === 'SUSPENDED' || row?.status === 'CLOSED'
    },
  }
}

export type NoticedDisconnect = {
  readonly environment: string
  readonly airwallexAccountIds: readonly string[]
  readonly at: Date
  readonly reason: ReauthorizationReason
}

function accountIdsOf(content: EventContent): string[] {
  switch (content.kind) {
    case 'disconnected':
      return [...content.airwallexAccountIds]
    case 'account_status_changed':
      return [content.airwallexAccountId]
    case 'unrecognized':
      return []
  }
}
