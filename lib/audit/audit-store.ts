import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { Prisma, type Transaction } from '@/lib/db'
import { env } from '@/lib/env'
import type { AuditEvent } from './audit'
import { type ChainedRow, chainHash, chainOf } from './chain'
import { currentOrigin } from './origin'

type Raw = Pick<Transaction, '$queryRaw'>

/**
 * Appends entries to the chains of their workspaces, in the transaction of what they tell about: it is noted, or it did
 * not happen. Writers of one chain wait for each other until the transaction ends, so this is its last statement, and
 * several entries go in one call, which locks the chains in one order whatever the order of the entries.
 */
export async function recordAudit(tx: Raw, ...events: readonly AuditEvent[]): Promise<void> {
  const inOrder = events.toSorted((a, b) => compare(chainOf(a.workspaceId), chainOf(b.workspaceId)))
  for (const event of inOrder) await append(tx, event)
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

type Place = { sequence: number; hash: string; at: string; actorName: string | null; subjectName: string | null }

async function append(tx: Raw, event: AuditEvent): Promise<void> {
  const chain = chainOf(event.workspaceId)
  const actorUserId = event.actor.kind === 'partner_user' ? event.actor.userId : null
  // The client is recorded for a person's own actions, and for strangers only where no workspace reads it.
  const origin = actorUserId !== null || event.workspaceId === null ? currentOrigin() : undefined
  const subjectUserId = event.subject?.userId ?? null
  // The select list is evaluated behind the wait for the lock, so that later entries have later times.
  const [place] = await tx.$queryRaw<Place[]>`
    SELECT sequence, encode(hash, 'hex') AS hash,
      to_char(rotation_clock() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
      ${nameOf(actorUserId)} AS "actorName", ${nameOf(subjectUserId)} AS "subjectName"
    FROM lock_audit_head(${chain}::uuid)`
  if (!place) throw new Error('The head of an audit chain was neither found nor made')
  const row: ChainedRow = {
    id: uuidv7(),
    workspaceId: event.workspaceId,
    sequence: place.sequence + 1,
    at: place.at,
    actorKind: event.actor.kind,
    actorUserId,
    actorName: place.actorName,
    action: event.action,
    connectionId: event.connectionId ?? null,
    subjectUserId,
    subjectName: event.subject?.name ?? place.subjectName,
    originAddress: origin?.address ?? null,
    originDevice: origin?.device ?? null,
    outcome: event.outcome,
    detail: event.detail ?? null,
  }
  // Outside a transaction the lock is gone by now, and someone else may have been here.
  const entry = stored(row, chainHash(env().auditKey, place.hash, row))
  const [added] = await tx.$queryRaw<{ last: boolean }[]>`SELECT append_audit(${entry}::jsonb) AS last`
  if (!added?.last) {
    throw new Error('An audit chain moved on while an entry was added: recordAudit needs a transaction')
  }
}

const nameOf = (userId: string | null) =>
  Prisma.sql`(SELECT coalesce(nullif(name, ''), email) FROM partner_user WHERE id = ${userId}::uuid)`

/** The row as the table has it. */
const stored = (row: ChainedRow, hash: string): string =>
  JSON.stringify({
    id: row.id,
    workspace_id: row.workspaceId,
    sequence: row.sequence,
    at: row.at,
    actor_kind: row.actorKind,
    actor_user_id: row.actorUserId,
    actor_name: row.actorName,
    action: row.action,
    connection_id: row.connectionId,
    subject_user_id: row.subjectUserId,
    subject_name: row.subjectName,
    origin_address: row.originAddress,
    origin_device: row.originDevice,
    outcome: row.outcome,
    detail: row.detail,
    hash: `\\x${hash}`,
  })
