import { v7 as uuidv7 } from 'uuid'
import { type Db, Prisma } from '@/lib/db'
import type { AuditEvent } from './audit'

/** A client or a transaction of it: an entry belongs into the transaction of what it tells about. */
export type AuditConnection = Pick<Db, '$executeRaw'>

/** Appends an entry. Rows are never changed or deleted by the application. */
export async function append(on: AuditConnection, event: AuditEvent): Promise<void> {
  await on.$executeRaw(insertAudit(event))
}

/** The same as a statement, for those that write everything at once. */
export const insertAudit = (event: AuditEvent) => Prisma.sql`
  INSERT INTO audit_event (id, workspace_id, at, actor_kind, actor_user_id, action, connection_id, outcome, detail)
  VALUES (${uuidv7()}::uuid, ${event.workspaceId}::uuid, rotation_clock(), ${event.actor.kind},
    ${event.actor.kind === 'partner_user' ? event.actor.userId : null}::uuid, ${event.action},
    ${event.connectionId ?? null}::uuid, ${event.outcome}, ${event.detail ? JSON.stringify(event.detail) : null}::jsonb)`
