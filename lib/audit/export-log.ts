import type { PartnerUser } from '@/lib/auth/partner-user'
import { type ExportFormat, exportPieces } from './export'
import type { AuditFilter } from './log-request'
import { noteExport } from './note-export-store'
import { type AuditEntry, auditEntries } from './views'

type Export = {
  readonly partnerUser: PartnerUser
  readonly format: ExportFormat
  readonly filter: AuditFilter
  readonly timeZone: string | null
  readonly words: (entry: AuditEntry) => string
}

/** Notes the export, then streams it: the reader's pace is the database's, and a reader who leaves ends it. */
export async function exportLog({ partnerUser, format, filter, timeZone, words }: Export): Promise<ReadableStream> {
  const workspaceId = partnerUser.workspace.id
  await noteExport({ workspaceId, userId: partnerUser.userId, format, filter })
  const pieces = exportPieces(format, auditEntries(workspaceId, { filter, timeZone }), words)
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      async cancel() {
        await pieces.return(undefined)
      },
    },
    { highWaterMark: 1 },
  )
}
