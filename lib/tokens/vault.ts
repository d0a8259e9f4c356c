import { env } from '@/lib/env'
import { createVault, type Vault } from '@/lib/vault/seal'

const shared = globalThis as { partnerDashboardVault?: Vault }

/** The process's vault. */
export function vault(): Vault {
  shared.partnerDashboardVault ??= createVault(env().tokenKeys)
  return shared.partnerDashboardVault
}
