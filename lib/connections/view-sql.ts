import { Prisma } from '@/lib/db'
import type { ListFilter, ListRequest } from './list-request'

// What a page may know of a connection: each column is listed, and no sealed one is.

export const summaryColumns = Prisma.sql`
  c.id, c.airwallex_account_id AS "airwallexAccountId", c.connected_at AS "connectedAt",
  k.status::text AS "status", k.reason, k.status_since AS "statusSince",
  k.access_token_expires_at AS "accessTokenExpiresAt", k.refresh_token_expires_at AS "refreshTokenExpiresAt",
  k.rotated_at AS "rotatedAt", k.ambiguous_since AS "ambiguousSince", k.attempts,
  k.unreadable_since AS "unreadableSince",
  k.next_attempt_at AS "nextAttemptAt", k.frozen_at AS "frozenAt", k.quarantined_at AS "quarantinedAt",
  w.frozen_at AS "workspaceFrozenAt", (SELECT frozen_at FROM deployment WHERE id = 1) AS "deploymentFrozenAt",
  details.data AS "details",
  (SELECT max(fetched_at) FROM snapshot WHERE connection_id = c.id AND workspace_id = c.workspace_id) AS "lastReadAt"`

/** Every join carries the workspace; the caller adds `WHERE c.workspace_id = …`. */
export const summaryTables = Prisma.sql`
  connection c
  JOIN workspace w ON w.id = c.workspace_id
  JOIN credential k ON k.connection_id = c.id AND k.workspace_id = c.workspace_id
  LEFT JOIN snapshot details
    ON details.connection_id = c.id AND details.workspace_id = c.workspace_id AND details.kind = 'account_details'`

const CONDITIONS: Readonly<Record<ListFilter, Prisma.Sql>> = {
  all: Prisma.sql`TRUE`,
  attention: Prisma.sql`(k.status = 'reauthorization_required' OR k.quarantined_at IS NOT NULL OR k.frozen_at IS NOT NULL)`,
  active: Prisma.sql`k.status = 'active'`,
  disconnected: Prisma.sql`k.status = 'disconnected'`,
}

/** Conditions over `summaryTables`. */
export function listCondition({ filter, search, after }: ListRequest): Prisma.Sql {
  const literal = search.replace(/[\\%_]/g, (character) => `\\${character}`)
  const conditions = [CONDITIONS[filter]]
  // Ids are UUIDv7, so the newest connection has the greatest.
  if (after) conditions.push(Prisma.sql`c.id < ${after}::uuid`)
  if (search) {
    conditions.push(
      Prisma.sql`(c.airwallex_account_id ILIKE ${`${literal}%`} OR details.data->>'displayName' ILIKE ${`%${literal}%`})`,
    )
  }
  return Prisma.join(conditions, ' AND ')
}
