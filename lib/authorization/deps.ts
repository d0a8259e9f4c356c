import { readAccount } from '@/lib/airwallex/account-api'
import { exchangeAuthorizationCode } from '@/lib/airwallex/code-exchange'
import type { AirwallexConfig } from '@/lib/airwallex/endpoints'
import { env } from '@/lib/env'
import { figures } from '@/lib/rotation/figures'
import { holdOldGrant, releaseHold } from '@/lib/rotation/run/hold'
import { getAccessToken } from '@/lib/tokens/access-token'
import { rotationDeps } from '@/lib/tokens/rotation'
import { vault } from '@/lib/tokens/vault'
import type { Vault } from '@/lib/vault/seal'
import { type AuthorizationCommitStore, authorizationCommitStore } from './commit-store'
import { type PendingAuthorizationStore, pendingAuthorizationStore } from './pending-store'

/** What an authorization stands on; production takes `authorizationDeps()`. */
export type AuthorizationDeps = {
  readonly config: AirwallexConfig
  readonly appOrigin: string
  readonly vault: Vault
  readonly pendingAuthorizations: PendingAuthorizationStore
  readonly commits: AuthorizationCommitStore
  readonly exchange: typeof exchangeAuthorizationCode
  readonly readAccount: typeof readAccount
  readonly hold: (key: { workspaceId: string; connectionId: string }) => ReturnType<typeof holdOldGrant>
  readonly releaseHold: (hold: Awaited<ReturnType<typeof holdOldGrant>>) => Promise<void>
  readonly getAccessToken: typeof getAccessToken
  /** How long a commit that fails is repeated: the browser waits, and a platform may cut it off. */
  readonly commitPatienceMs: number
  readonly sleep: (ms: number) => Promise<unknown>
  readonly random: () => number
  /** Names this process in the lineage. */
  readonly process: string
}

export function authorizationDeps(): AuthorizationDeps {
  const { airwallex, appOrigin } = env()
  const rotation = rotationDeps()
  return {
    config: airwallex,
    appOrigin,
    vault: vault(),
    pendingAuthorizations: pendingAuthorizationStore(),
    commits: authorizationCommitStore(),
    exchange: exchangeAuthorizationCode,
    readAccount,
    hold: (key) => holdOldGrant(rotation, key),
    releaseHold: (hold) => releaseHold(rotation, hold),
    getAccessToken,
    // The last try's own transaction may take ten seconds more (lib/db.ts).
    commitPatienceMs: figures.grantCommitMs - 10_000,
    sleep: (ms) => rotation.clock.sleep(ms),
    random: rotation.random,
    process: rotation.rules.process,
  }
}
