import { notFound } from 'next/navigation'
import { ACTIONS } from '@/components/audit/sentences'
import { viewerClock } from '@/components/shell/viewer-clock'
import { type AuditRequest, parseAuditRequest } from '@/lib/audit/log-request'
import { auditActors, auditConnections } from '@/lib/audit/views'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { requirePermission } from '@/lib/auth/require-permission'

type Parameters = Readonly<Record<string, string | string[] | undefined>>

/**
 * Who asks for which part of the log: for its page and its export alike. Someone or something of another workspace
 * answers as what does not exist.
 */
export async function readLogRequest(parameters: Parameters) {
  const partnerUser = await requirePartnerUser()
  requirePermission(partnerUser, 'audit.read')
  const request: AuditRequest = parseAuditRequest(parameters, Object.keys(ACTIONS))
  const filter = request.kind === 'asked' ? request.filter : null
  const [clock, actors, connections] = await Promise.all([
    viewerClock(),
    auditActors(partnerUser.workspace.id),
    auditConnections(partnerUser.workspace.id, filter?.connectionId ?? null),
  ])
  const isAbsent = (id: string | null | undefined, choices: readonly { readonly id: string }[]) =>
    Boolean(id) && !choices.some((choice) => choice.id === id)
  if (isAbsent(filter?.connectionId, connections)) notFound()
  if (isAbsent(filter?.actor, [...actors, { id: 'system' }, { id: 'airwallex' }])) notFound()
  return { partnerUser, request, clock, actors, connections }
}
