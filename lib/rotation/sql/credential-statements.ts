import { v7 as uuidv7 } from 'uuid'
import { Prisma } from '@/lib/db'
import type { Lineage } from '@/lib/rotation/row/lineage'
import type { ConnectionKey, CredentialStatus, ReauthorizationReason, TokenVersion } from '@/lib/rotation/row/row'
import type { AttemptKey } from '@/lib/rotation/row/statements'
import { clearMark, dueNow, instant, interval, rowAndClock } from './credential-sql'

// The parts that the statements of rotation-store.ts and grant-store.ts are made of. `c` is always credential.

/** The row as the change left it, with the database's clock; nothing where no row matched. */
export const update = (set: Prisma.Sql, where: Prisma.Sql) => Prisma.sql`
  UPDATE credential AS c SET ${set} WHERE ${where} RETURNING ${rowAndClock}`

export const ofConnection = (key: ConnectionKey) =>
  Prisma.sql`c.connection_id = ${key.connectionId}::uuid AND c.workspace_id = ${key.workspaceId}::uuid`

export const ofVersion = (key: ConnectionKey & TokenVersion) =>
  Prisma.sql`${ofConnection(key)} AND c.generation = ${key.generation} AND c.grant_no = ${key.grantNo}`

export const holdingLease = (args: AttemptKey & { readonly leaseLeftMs: number }) => Prisma.sql`
  ${ofVersion(args)} AND c.status = 'active' AND c.fence = ${args.fence}
  AND c.lease_until >= rotation_clock() + ${interval(args.leaseLeftMs)}`

/** Frees the lease and says when the next attempt may come. */
export const retryAfter = (args: { readonly delayMs: number; readonly countAttempt: boolean }) => Prisma.sql`
  lease_until = NULL, attempts = c.attempts + ${args.countAttempt ? 1 : 0},
  next_attempt_at = ${args.delayMs > 0 ? Prisma.sql`rotation_clock() + ${interval(args.delayMs)}` : Prisma.sql`NULL`}`

/** Ends a grant: everything in flight becomes uncommittable, and no token stays at rest. */
export const endGrant = (status: Exclude<CredentialStatus, 'active'>, reason: ReauthorizationReason | null) =>
  Prisma.sql`
  ${clearMark}, ${dueNow}, status = ${status}::"CredentialStatus", reason = ${reason}, status_since = rotation_clock(),
  fence = c.fence + 1, grant_no = c.grant_no + 1, sealed_access_token = NULL, sealed_refresh_token = NULL,
  sent_fence = NULL, forced_at = NULL, keep_alive_at = NULL`

/** Inserts a row of the connection's lineage, for each row of `from`. */
export const insertLineage = (key: ConnectionKey, lineage: Lineage, from = Prisma.empty) => Prisma.sql`
  INSERT INTO rotation (id, workspace_id, connection_id, grant_no, generation, cause, needed_by, process, outcome,
    repairs, sent_at, answered_at, committed_at, presented_fingerprint, issued_fingerprint)
  SELECT ${uuidv7()}::uuid, ${key.workspaceId}::uuid, ${key.connectionId}::uuid, ${lineage.grantNo},
    ${lineage.generation}, ${lineage.cause}, ${lineage.neededBy}, ${lineage.process}, ${lineage.outcome},
    ${lineage.repairs}, ${instant(lineage.sentAt)}, ${instant(lineage.answeredAt)}, rotation_clock(),
    ${lineage.presentedFingerprint}, ${lineage.issuedFingerprint}
  ${from}`

/** The change and its lineage row in one statement. */
export const withLineage = (args: ConnectionKey & { readonly lineage: Lineage }, change: Prisma.Sql) => Prisma.sql`
  WITH changed AS (${change}), lineage AS (${insertLineage(args, args.lineage, Prisma.sql`FROM changed`)})
  SELECT * FROM changed`

export const scanned = Prisma.sql`c.workspace_id AS "workspaceId", c.connection_id AS "connectionId"`

/** In scans the clock is a subselect: a volatile function cannot be an index condition. */
export const unclaimed = Prisma.sql`
  c.quarantined_at IS NULL
  AND (c.lease_until IS NULL OR c.lease_until <= (SELECT rotation_clock()))
  AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= (SELECT rotation_clock()))`

export const interrupted = Prisma.sql`
  SELECT ${scanned} FROM credential c WHERE c.first_sent_at IS NOT NULL AND c.status = 'active' AND ${unclaimed}`

export const unreadable = Prisma.sql`
  SELECT ${scanned} FROM credential c
  WHERE c.unreadable_since IS NOT NULL AND c.first_sent_at IS NULL AND c.status = 'active' AND ${unclaimed}`
