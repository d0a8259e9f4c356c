import { Prisma } from '@/lib/db'
import type { CredentialRow } from './row'

// The protocol counts milliseconds of the database's clock, with their fraction: Date would cut it off, and an instant
// that was read must be equal to itself when it is written back.

/** An instant column as milliseconds. */
export const ms = (column: string) => Prisma.raw(`(extract(epoch from ${column}) * 1000)::float8`)

/** Milliseconds as an instant. */
export const instant = (milliseconds: number | null) =>
  milliseconds === null ? Prisma.sql`NULL::timestamptz` : Prisma.sql`to_timestamp(${milliseconds}::float8 / 1000)`

/** Milliseconds as an interval, to be added to `rotation_clock()`. */
export const interval = (milliseconds: number) => Prisma.sql`(${milliseconds}::float8 * interval '1 millisecond')`

/** The columns of a `CredentialRow`, spelled as it spells them; `c` is the table's alias. */
export const credentialColumns = Prisma.sql`
  c.workspace_id AS "workspaceId", c.connection_id AS "connectionId", c.status::text AS "status", c.reason AS "reason",
  ${ms('c.status_since')} AS "statusSince", c.grant_no AS "grantNo", c.generation AS "generation",
  c.sealed_access_token AS "sealedAccessToken", c.sealed_refresh_token AS "sealedRefreshToken",
  c.access_token_life_seconds AS "accessTokenLifeSeconds",
  ${ms('c.access_token_expires_at')} AS "accessTokenExpiresAt",
  ${ms('c.refresh_token_expires_at')} AS "refreshTokenExpiresAt",
  ${ms('c.authorized_at')} AS "authorizedAt", ${ms('c.rotated_at')} AS "rotatedAt",
  c.fence AS "fence", c.sent_fence AS "sentFence", c.commit_fence AS "commitFence",
  ${ms('c.lease_until')} AS "leaseUntil", ${ms('c.next_attempt_at')} AS "nextAttemptAt", c.attempts AS "attempts",
  ${ms('c.first_sent_at')} AS "firstSentAt", ${ms('c.ambiguous_since')} AS "ambiguousSince",
  c.send_count AS "sendCount", c.late_probes AS "lateProbes", ${ms('c.forced_at')} AS "forcedAt",
  ${ms('c.keep_alive_at')} AS "keepAliveAt", ${ms('c.frozen_at')} AS "frozenAt",
  ${ms('c.quarantined_at')} AS "quarantinedAt", ${ms('c.disconnect_event_at')} AS "disconnectEventAt"`

/** Clears the mark, its counters and the lease; `dueNow` clears the back-off too. Together: `unmarked` of statements.ts. */
export const clearMark = Prisma.sql`
  first_sent_at = NULL, ambiguous_since = NULL, send_count = 0, late_probes = 0, lease_until = NULL`
export const dueNow = Prisma.sql`next_attempt_at = NULL, attempts = 0`

export type StoredRow = CredentialRow & { readonly at: number }

/** Splits what a statement returned into the row and the database's clock. */
export function toRow({ at, ...row }: StoredRow): { row: CredentialRow; at: number } {
  return { row, at }
}
