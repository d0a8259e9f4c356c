import type { PartnerUser } from '@/lib/auth/partner-user'
import { can } from '@/lib/auth/permissions'
import { isId } from '@/lib/ids'
import { type QuarantineStore, quarantineStore } from './quarantine-store'

export type LiftQuarantine =
  | { readonly kind: 'lifted' }
  | { readonly kind: 'not_quarantined' }
  | { readonly kind: 'not_allowed' }
  /** Absent, or another workspace's: the two answer alike. */
  | { readonly kind: 'not_found' }

/**
 * Puts a connection of a copied or restored database to work again. Right where the original no longer runs: two that
 * refresh the same grant end it. A rotation that the copy interrupted is then repeated, late, as after any outage.
 */
export async function liftQuarantine(
  { partnerUser, connectionId }: { readonly partnerUser: PartnerUser; readonly connectionId: string },
  store: QuarantineStore = quarantineStore(),
): Promise<LiftQuarantine> {
  if (!can(partnerUser.role, 'connection.lift_quarantine')) return { kind: 'not_allowed' }
  if (!isId(connectionId)) return { kind: 'not_found' }
  return { kind: await store.lift({ workspaceId: partnerUser.workspace.id, connectionId }, partnerUser.userId) }
}
