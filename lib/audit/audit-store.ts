import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { Prisma, type Transaction } from '@/lib/db'
import { env } from '@/lib/env'
import type { AuditEvent } from './audit'
import { type ChainedRow, chainHash, chainOf, GENESIS } from './chain'
import { currentOrigin } from './origin'

type Raw = Pick<Transaction, '$queryRaw' | '$executeRaw'>

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
  // From where is told of a person's own doing, and of strangers where no workspace reads it.
  const origin = actorUserId !== null || event.workspaceId === null ? currentOrigin() : undefined
  const subjectUserId = event.subject?.userId ?? null
  // Locks the head, made here for a chain's first entry. What RETURNING says is evaluated behind the wait, so that later
  // entries have later times.
  const [place] = await tx.$queryRaw<Place[]>`
    INSERT INTO audit_head AS head (chain, sequence, hash) VALUES (${chain}::uuid, 0, decode(${GENESIS}, 'hex'))
    ON CONFLICT (chain) DO UPDATE SET sequence = head.sequence
    RETURNING sequence, encode(hash, 'hex') AS hash,
      to_char(rotation_clock() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
      ${nameOf(actorUserId)} AS "actorName", ${nameOf(subjectUserId)} AS "subjectName"`
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
  // Outside a transaction the lock is gone by now, and somebody else may have been here.
  if ((await tx.$executeRaw(insertion(row, chain, chainHash(env().auditKey, place.hash, row)))) !== 1) {
    throw new Error('An audit chain moved on while an entry was added: recordAudit needs a transaction')
  }
}

const nameOf = (userId: string | null) =>
  Prisma.sql`(SELECT coalesce(nullif(name, ''), email) FROM partner_user WHERE id = ${userId}::uuid)`

const insertion = (row: ChainedRow, chain: string, hash: string) => Prisma.sql`
  WITH head AS (
    UPDATE audit_head SET sequence = ${row.sequence}, hash = decode(${hash}, 'hex')
    WHERE chain = ${chain}::uuid AND sequence = ${row.sequence - 1} RETURNING 1)
  INSERT INTO audit_event (id, workspace_id, sequence, at, actor_kind, actor_user_id, actor_name, action, connection_id,
    subject_user_id, subject_name, origin_address, origin_device, outcome, detail, hash)
  SELECT ${row.id}::uuid, ${row.workspaceId}::uuid, ${row.sequence}, ${row.at}::timestamptz, ${row.actorKind},
    ${row.actorUserId}::uuid, ${row.actorName}, ${row.action}, ${row.connectionId}::uuid, ${row.subjectUserId}::uuid,
    ${row.subjectName}, ${row.originAddress}, ${row.originDevice}, ${row.outcome},
    ${row.detail === null ? null : JSON.stringify(row.detail)}::jsonb, decode(${hash}, 'hex')
  FROM head`
