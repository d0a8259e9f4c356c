import 'server-only'
import { type Db, inWorkspace, db as sharedDb } from '@/lib/db'
import { recordAudit } from './audit-store'
import type { ExportFormat } from './export'
import type { AuditFilter } from './log-request'

/** That someone takes the log out of here, and which of its filters they had set. */
export async function noteExport(
  {
    workspaceId,
    userId,
    format,
    filter,
  }: { workspaceId: string; userId: string; format: ExportFormat; filter: AuditFilter },
  db: Db = sharedDb(),
): Promise<void> {
  await inWorkspace(db, workspaceId, (tx) =>
    recordAudit(tx, {
      workspaceId,
      actor: { kind: 'partner_user', userId },
      action: 'audit.exported',
      outcome: format,
      detail: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null)),
    }),
  )
}
