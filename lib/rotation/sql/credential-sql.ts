import { Prisma } from '@/lib/db'
import type { CredentialRow, CredentialStatus, ReauthorizationReason } from '@/lib/rotation/row/row'

// The protocol counts milliseconds of the database's clock, with their fraction: Date would cut it off, and an instant
// that was read must be equal to itself when it is written back.

/** An instant column as milliseconds. */
export const ms = (column: string) => Prisma.raw(`(extract(epoch from ${column}) * 1000)::float8`)

/** Milliseconds as an instant. */
export const instant = (milliseconds: number | null) =>
  milliseconds === null ? Prisma.sql`NULL::timestamptz` : Prisma.sql`to_timestamp(${milliseconds}::float8 / 1000)`

/** Milliseconds as an interval, to be added to `rotation_clock()`. */
export const interval = (milliseconds: number) => Prisma.sql`(${milliseconds}::float8 * interval '1 millisecond')`

/** Clears the mark, its counters and the lease; `dueNow` clears the back-off too. Together: `unmarked` of statements.ts. */
export const clearMark = Prisma.sql`
  first_sent_at = NULL, ambiguous_since = NULL, send_count = 0, late_probes = 0, lease_until = NULL,
  unreadable_since = NULL`
export const dueNow = Prisma.sql`next_attempt_at = NULL, attempts = 0`

/**
 * A row and the database's clock; `c` is the table's alias. The row is one JSON value: PostgreSQL plans it, and Prisma
 * reads it, in a fraction of what a column each takes.
 */
export const rowAndClock = Prisma.sql`to_json(c) AS "credential", ${ms('rotation_clock()')} AS "at"`

export type StoredRow = { readonly credential: StoredCredential; readonly at: number }

/** `credential` as `to_json` writes it: instants in ISO 8601, with microseconds. */
type StoredCredential = { readonly status: CredentialStatus; readonly reason: ReauthorizationReason | null } & Readonly<
  Record<'workspace_id' | 'connection_id', string> &
    Record<'sealed_access_token' | 'sealed_refresh_token', string | null> &
    Record<'grant_no' | 'generation' | 'fence' | 'attempts' | 'send_count' | 'late_probes', number> &
    Record<'access_token_life_seconds', number> &
    Record<'sent_fence' | 'commit_fence', number | null> &
    Record<'status_since' | 'authorized_at' | 'rotated_at', string> &
    Record<'access_token_expires_at' | 'refresh_token_expires_at', string> &
    Record<'lease_until' | 'next_attempt_at' | 'first_sent_at' | 'ambiguous_since' | 'forced_at', string | null> &
    Record<'keep_alive_at' | 'frozen_at' | 'quarantined_at' | 'disconnect_event_at' | 'unreadable_since', string | null>
>

export function toRow({ credential: c, at }: StoredRow): { row: CredentialRow; at: number } {
  const row: CredentialRow = {
    workspaceId: c.workspace_id,
    connectionId: c.connection_id,
    status: c.status,
    reason: c.reason,
    statusSince: milliseconds(c.status_since),
    grantNo: c.grant_no,
    generation: c.generation,
    sealedAccessToken: c.sealed_access_token,
    sealedRefreshToken: c.sealed_refresh_token,
    accessTokenLifeSeconds: c.access_token_life_seconds,
    accessTokenExpiresAt: milliseconds(c.access_token_expires_at),
    refreshTokenExpiresAt: milliseconds(c.refresh_token_expires_at),
    authorizedAt: milliseconds(c.authorized_at),
    rotatedAt: milliseconds(c.rotated_at),
    fence: c.fence,
    sentFence: c.sent_fence,
    commitFence: c.commit_fence,
    leaseUntil: millisecondsOrNull(c.lease_until),
    nextAttemptAt: millisecondsOrNull(c.next_attempt_at),
    attempts: c.attempts,
    firstSentAt: millisecondsOrNull(c.first_sent_at),
    ambiguousSince: millisecondsOrNull(c.ambiguous_since),
    sendCount: c.send_count,
    lateProbes: c.late_probes,
    forcedAt: millisecondsOrNull(c.forced_at),
    keepAliveAt: millisecondsOrNull(c.keep_alive_at),
    frozenAt: millisecondsOrNull(c.frozen_at),
    quarantinedAt: millisecondsOrNull(c.quarantined_at),
    disconnectEventAt: millisecondsOrNull(c.disconnect_event_at),
    unreadableSince: millisecondsOrNull(c.unreadable_since),
  }
  return { row, at }
}

/** An instant of PostgreSQL's JSON. `Date` knows whole milliseconds only, so the fraction of the second is read apart. */
function milliseconds(text: string): number {
  const point = text.indexOf('.')
  const cutOff = Date.parse(text)
  return point < 0 ? cutOff : Math.floor(cutOff / 1_000) * 1_000 + Number.parseFloat(text.slice(point)) * 1_000
}

const millisecondsOrNull = (text: string | null) => (text === null ? null : milliseconds(text))
