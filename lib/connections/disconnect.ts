import type { AirwallexConfig } from '@/lib/airwallex/endpoints'
import { canRevoke, revokeToken } from '@/lib/airwallex/revocation'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { can } from '@/lib/auth/permissions'
import { env } from '@/lib/env'
import { isId } from '@/lib/ids'
import { log } from '@/lib/log'
import type { DroppedGrant } from '@/lib/rotation/sql/grant-end-store'
import { vault } from '@/lib/tokens/vault'
import type { Vault } from '@/lib/vault/seal'
import { type DisconnectStore, disconnectStore, type RevocationOutcome } from './disconnect-store'

export type Disconnect =
  /** `revocation` is null where no revocation endpoint is configured: then only the owner can end it at Airwallex. */
  | { readonly kind: 'disconnected'; readonly revocation: RevocationOutcome | null }
  | { readonly kind: 'already_disconnected' }
  | { readonly kind: 'not_allowed' }
  /** Absent, or another workspace's: the two answer alike. */
  | { readonly kind: 'not_found' }

export type DisconnectDeps = {
  readonly config: AirwallexConfig
  readonly vault: Vault
  readonly store: DisconnectStore
  readonly revoke: typeof revokeToken
}

/**
 * Disconnects here: the tokens are dropped, a refresh in flight cannot store what it gets, the history stays. Then one
 * best-effort revocation (RFC 7009) of the token that was dropped, where an endpoint for it is configured.
 */
export async function disconnectConnection(
  { partnerUser, connectionId }: { readonly partnerUser: PartnerUser; readonly connectionId: string },
  changes: Partial<DisconnectDeps> = {},
): Promise<Disconnect> {
  if (!can(partnerUser.role, 'connection.disconnect')) return { kind: 'not_allowed' }
  if (!isId(connectionId)) return { kind: 'not_found' }
  const deps = { config: env().airwallex, vault: vault(), store: disconnectStore(), revoke: revokeToken, ...changes }
  const key = { workspaceId: partnerUser.workspace.id, connectionId }
  const dropped = await deps.store.disconnect(key, partnerUser.userId)
  if (typeof dropped === 'string') return { kind: dropped }

  const revocation = await revoke(dropped, deps)
  if (revocation !== null) await deps.store.recordRevocation(dropped, revocation)
  return { kind: 'disconnected', revocation }
}

async function revoke(dropped: DroppedGrant, deps: DisconnectDeps): Promise<RevocationOutcome | null> {
  const { config } = deps
  if (!canRevoke(config) || dropped.sealedRefreshToken === null) return null
  const { workspaceId, connectionId, grantNo, generation, environment, sealedRefreshToken } = dropped
  try {
    if (await deps.store.mayHarmLiveGrant(dropped)) return 'skipped_live_grant'
    const binding = { environment, workspaceId, connectionId, grantNo, generation, field: 'refresh_token' } as const
    const opened = await deps.vault.open(binding, sealedRefreshToken)
    if (opened.kind === 'unreadable') return 'unreadable'
    await deps.revoke(config, opened.value)
    return 'accepted'
  } catch (error) {
    log.warn('A revocation failed', { workspaceId, connectionId, error })
    return 'failed'
  }
}
