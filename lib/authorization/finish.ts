import type { VerifiedAuthorizationResponse } from '@/lib/airwallex/authorization'
import type { CodeExchange } from '@/lib/airwallex/code-exchange'
import type { AirwallexTokenSet } from '@/lib/airwallex/token-set'
import { log } from '@/lib/log'
import { keepAliveInMs } from '@/lib/rotation/attempt/records'
import { figures } from '@/lib/rotation/figures'
import { tokenFingerprint } from '@/lib/tokens/rotation'
import type { AuthorizedGrant, GrantCommit } from './commit-store'
import type { AuthorizationDeps } from './deps'
import type { StoredOutcome } from './outcomes'
import type { PendingAuthorization } from './pending-store'

const ACCOUNT_READ = { attemptMs: 5_000, budgetMs: figures.accountReadMs, retries: 1 } as const

export type Finished = GrantCommit | { readonly kind: 'failed'; readonly outcome: StoredOutcome }

/**
 * Exchanges the code and stores what it brought. The state is consumed already, so no one else is here with the same
 * code; it is sent once and never again, whatever the answer (RFC 6749 §4.1.2). A process killed in between leaves no
 * orphan: grant and outcome are one transaction, and without them the authorization counts as interrupted.
 */
export async function finishAuthorization(
  pending: PendingAuthorization,
  response: VerifiedAuthorizationResponse,
  deps: AuthorizationDeps,
): Promise<Finished> {
  const { workspaceId, connectionId } = pending
  const hold = connectionId === null ? null : await deps.hold({ workspaceId, connectionId })
  let swapped = false
  try {
    // A refresh of the old grant that does not end: exchanging at the same time could end the new grant.
    if (hold?.kind === 'busy') return await fail(pending, deps, 'airwallex_unavailable', 'refresh_in_flight')
    const finished = await exchangeAndStore(pending, response, deps)
    swapped = finished.kind === 'stored'
    return finished
  } finally {
    if (hold && !swapped) await deps.releaseHold(hold)
  }
}

async function exchangeAndStore(
  pending: PendingAuthorization,
  response: VerifiedAuthorizationResponse,
  deps: AuthorizationDeps,
): Promise<Finished> {
  const startedMs = performance.now()
  const sentAt = new Date()
  const { requestedScopes } = pending
  const exchange = await deps.exchange(deps.config, response, { requestedScopes, now: () => sentAt })
  if (exchange.kind !== 'granted') return fail(pending, deps, ...failureOf(exchange))

  const { tokenSet } = exchange
  const airwallexAccountId = tokenSet.airwallexAccountId ?? (await accountOf(tokenSet, deps))
  if (airwallexAccountId === null) return fail(pending, deps, 'exchange_failed', 'account_unknown')
  return commit(pending, deps, () => ({
    ...tokenLifetimes(tokenSet, sentAt, deps),
    airwallexAccountId,
    elapsedMs: performance.now() - startedMs,
    requestedScopes,
    grantedScopes: tokenSet.grantedScopes,
    accessToken: tokenSet.accessToken,
    refreshToken: tokenSet.refreshToken,
    process: deps.process,
    issuedFingerprint: tokenFingerprint(tokenSet.refreshToken.reveal()),
    seal: (token, version, field) => {
      const { environment } = deps.config
      return deps.vault.seal({ ...version, environment, field }, token)
    },
  }))
}

/** Repeated while its outcome is unknown: an answer that is not stored is a grant that no one holds. */
async function commit(
  pending: PendingAuthorization,
  deps: AuthorizationDeps,
  grant: () => AuthorizedGrant,
): Promise<Finished> {
  const giveUpMs = performance.now() + deps.commitPatienceMs
  for (let wait = 100; ; wait = Math.min(1_000, wait * 2)) {
    try {
      return await deps.commits.commit(pending, grant())
    } catch (error) {
      log.error('A new grant could not be stored yet', { pendingAuthorizationId: pending.id, error })
      if (performance.now() + wait > giveUpMs) throw error
      await deps.sleep(wait)
    }
  }
}

async function fail(
  pending: PendingAuthorization,
  deps: AuthorizationDeps,
  outcome: 'airwallex_unavailable' | 'exchange_failed',
  code: string,
): Promise<Finished> {
  log.warn('An authorization failed', { pendingAuthorizationId: pending.id, outcome, code })
  await deps.pendingAuthorizations.finish(pending, outcome, code)
  return { kind: 'failed', outcome }
}

function failureOf(
  exchange: Exclude<CodeExchange, { kind: 'granted' }>,
): ['airwallex_unavailable' | 'exchange_failed', string] {
  switch (exchange.kind) {
    case 'unavailable':
      return ['airwallex_unavailable', 'not_processed']
    case 'ambiguous':
      return ['exchange_failed', 'answer_unknown']
    case 'refused':
      return ['exchange_failed', exchange.error]
  }
}

/** Airwallex documents `account_id` for every token response and requires it in none. */
async function accountOf({ accessToken }: AirwallexTokenSet, deps: AuthorizationDeps): Promise<string | null> {
  if (accessToken === null) return null
  const read = await deps.readAccount(deps.config, accessToken, ACCOUNT_READ)
  return read.kind === 'ok' ? read.data.airwallexAccountId : null
}

/** Lifetimes, which the database counts by its own clock. */
function tokenLifetimes(tokenSet: AirwallexTokenSet, sentAt: Date, { random }: AuthorizationDeps) {
  const seconds = (until: Date) => Math.round((until.getTime() - sentAt.getTime()) / 1_000)
  const refreshTokenLifeSeconds = seconds(tokenSet.refreshTokenExpiresAt)
  return {
    accessTokenLifeSeconds: seconds(tokenSet.accessTokenExpiresAt),
    refreshTokenLifeSeconds,
    keepAliveInMs: keepAliveInMs({ figures }, refreshTokenLifeSeconds, random()),
  }
}
