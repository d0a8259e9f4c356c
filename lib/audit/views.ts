import 'server-only'
import { type Db, inWorkspace, Prisma, db as sharedDb } from '@/lib/db'
import type { AuditFilter } from './log-request'

// What pages may read of a workspace's log. Of another workspace there is nothing here: not its entries, and not whether
// its connections exist.

export const PAGE_SIZE = 50
const EXPORT_BATCH = 1_000
const CHOICES = 200

export type AuditEntry = {
  readonly sequence: number
  /** False for entries from before the log was a chain: nothing proves them. */
  readonly chained: boolean
  readonly at: Date
  /** partner_user, system, airwallex */
  readonly actorKind: string
  readonly actorUserId: string | null
  readonly actorName: string | null
  readonly action: string
  readonly outcome: string
  readonly connectionId: string | null
  /** What it is called now. */
  readonly connectionName: string | null
  readonly subjectName: string | null
  readonly originAddress: string | null
  readonly originDevice: string | null
  readonly detail: Readonly<Record<string, unknown>> | null
}

export type AuditPage = {
  readonly entries: readonly AuditEntry[]
  /** The last entry of this page, after which the next one begins; null on the last page. */
  readonly next: number | null
}

type Asked = {
  readonly filter: AuditFilter
  /** The viewer's, for whose days the filter asks; null for UTC. */
  readonly timeZone: string | null
  readonly after: number | null
}

/** The newest first. */
export async function listAuditEntries(workspaceId: string, asked: Asked, db: Db = sharedDb()): Promise<AuditPage> {
  const rows = await read(db, workspaceId, asked, PAGE_SIZE + 1)
  const entries = rows.slice(0, PAGE_SIZE)
  return { entries, next: rows.length > PAGE_SIZE ? (entries.at(-1)?.sequence ?? null) : null }
}

/** All of it, the newest first, in pieces of at most a thousand: each is read when the one before was taken. */
export async function* auditEntries(
  workspaceId: string,
  asked: Omit<Asked, 'after'>,
  db: Db = sharedDb(),
): AsyncGenerator<readonly AuditEntry[]> {
  for (let after: number | null = null; ; ) {
    const batch: readonly AuditEntry[] = await read(db, workspaceId, { ...asked, after }, EXPORT_BATCH)
    if (batch.length > 0) yield batch
    if (batch.length < EXPORT_BATCH) return
    after = batch.at(-1)?.sequence ?? null
  }
}

const read = (db: Db, workspaceId: string, asked: Asked, limit: number) =>
  inWorkspace(db, workspaceId, (tx) => tx.$queryRaw<AuditEntry[]>(auditQuery(workspaceId, asked, limit)))

/** Each filter has an index that ends in (at, sequence), which the order and the place of the page follow. */
export const auditQuery = (workspaceId: string, { filter, timeZone, after }: Asked, limit: number) => Prisma.sql`
  SELECT e.sequence, e.sequence > 0 AS chained, e.at, e.actor_kind AS "actorKind", e.actor_user_id::text AS "actorUserId",
    e.actor_name AS "actorName", e.action, e.outcome, e.connection_id::text AS "connectionId",
    coalesce(s.data->>'displayName', c.airwallex_account_id) AS "connectionName", e.subject_name AS "subjectName",
    e.origin_address AS "originAddress", e.origin_device AS "originDevice", e.detail
  FROM (
    SELECT * FROM audit_event
    WHERE workspace_id = ${workspaceId}::uuid AND ${conditions(workspaceId, filter, timeZone, after)}
    ORDER BY at DESC, sequence DESC LIMIT ${limit}) e
  LEFT JOIN connection c ON c.id = e.connection_id AND c.workspace_id = e.workspace_id
  LEFT JOIN snapshot s ON s.connection_id = c.id AND s.workspace_id = c.workspace_id AND s.kind = 'account_details'
  ORDER BY e.at DESC, e.sequence DESC`

function conditions(workspaceId: string, filter: AuditFilter, timeZone: string | null, after: number | null) {
  const { actor, action, connectionId, from, to } = filter
  const midnight = (day: string, days: number) =>
    Prisma.sql`(${day}::date + ${days}::int)::timestamp AT TIME ZONE ${timeZone ?? 'UTC'}`
  const all = [Prisma.sql`true`]
  if (actor === 'system' || actor === 'airwallex') all.push(Prisma.sql`actor_kind = ${actor}`)
  else if (actor !== null) all.push(Prisma.sql`actor_user_id = ${actor}::uuid`)
  if (action !== null) all.push(Prisma.sql`action = ${action}`)
  if (connectionId !== null) all.push(Prisma.sql`connection_id = ${connectionId}::uuid`)
  if (from !== null) all.push(Prisma.sql`at >= ${midnight(from, 0)}`)
  if (to !== null) all.push(Prisma.sql`at < ${midnight(to, 1)}`)
  if (after !== null) {
    all.push(Prisma.sql`(at, sequence) < ((SELECT place.at FROM audit_event place
      WHERE place.workspace_id = ${workspaceId}::uuid AND place.sequence = ${after}), ${after}::int)`)
  }
  return Prisma.join(all, ' AND ')
}

export type Choice = { readonly id: string; readonly name: string }

/** The people who did something here, former members too; each by the name of their latest entry. */
export async function auditActors(workspaceId: string, db: Db = sharedDb()): Promise<readonly Choice[]> {
  // Steps from user to user through the index; DISTINCT would read every entry.
  return inWorkspace(
    db,
    workspaceId,
    (tx) => tx.$queryRaw<Choice[]>`
      WITH RECURSIVE actor AS (
        (SELECT actor_user_id AS id FROM audit_event
          WHERE workspace_id = ${workspaceId}::uuid AND actor_user_id IS NOT NULL ORDER BY actor_user_id LIMIT 1)
        UNION ALL
        SELECT (SELECT e.actor_user_id FROM audit_event e
          WHERE e.workspace_id = ${workspaceId}::uuid AND e.actor_user_id > actor.id ORDER BY e.actor_user_id LIMIT 1)
        FROM actor WHERE actor.id IS NOT NULL)
      SELECT id::text, coalesce((SELECT e.actor_name FROM audit_event e
        WHERE e.workspace_id = ${workspaceId}::uuid AND e.actor_user_id = actor.id
        ORDER BY e.at DESC, e.sequence DESC LIMIT 1), 'Someone') AS name
      FROM actor WHERE id IS NOT NULL ORDER BY 2 LIMIT ${CHOICES}`,
  )
}

/** The first two hundred connections by name, and the one that is asked for. */
export async function auditConnections(
  workspaceId: string,
  chosen: string | null,
  db: Db = sharedDb(),
): Promise<readonly Choice[]> {
  return inWorkspace(
    db,
    workspaceId,
    (tx) => tx.$queryRaw<Choice[]>`
      SELECT id::text, name FROM (
        SELECT c.id, coalesce(s.data->>'displayName', c.airwallex_account_id) AS name, c.id = ${chosen}::uuid AS chosen
        FROM connection c LEFT JOIN snapshot s
          ON s.connection_id = c.id AND s.workspace_id = c.workspace_id AND s.kind = 'account_details'
        WHERE c.workspace_id = ${workspaceId}::uuid
        ORDER BY chosen DESC NULLS LAST, lower(coalesce(s.data->>'displayName', c.airwallex_account_id)), c.id
        LIMIT ${CHOICES}) AS known
      ORDER BY lower(name), id`,
  )
}
