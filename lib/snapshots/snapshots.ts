import { readAccount } from '@/lib/airwallex/account-api'
import type { ApiRead } from '@/lib/airwallex/api-reader'
import { readCurrentBalances } from '@/lib/airwallex/balances-api'
import type { AirwallexConfig } from '@/lib/airwallex/endpoints'
import { env } from '@/lib/env'
import { isId } from '@/lib/ids'
import type { Defer } from '@/lib/rotation/run/driver'
import { type AccessTokenResult, getAccessToken, type TokenPrincipal } from '@/lib/tokens/access-token'
import type { Secret } from '@/lib/vault/secret'
import { isStale, type Snapshot, type SnapshotFailure, type SnapshotKind } from './kinds'
import { type SnapshotStore, snapshotStore } from './snapshot-store'

export type SnapshotRequest = {
  readonly principal: TokenPrincipal
  readonly connectionId: string
  readonly kind: SnapshotKind
  /** Someone asked for it: fetch although what is stored is fresh. Never more often than once in five seconds. */
  readonly urgent?: boolean
  readonly defer: Defer
}

/** What is stored afterwards: `failure` says why the last try brought nothing, and the data is then older. */
export type SnapshotResult =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  /** Absent, or another workspace's: the two answer alike. */
  | { readonly kind: 'not_found' }

export type SnapshotDeps = {
  readonly config: AirwallexConfig
  readonly store: SnapshotStore
  readonly getAccessToken: typeof getAccessToken
}

/**
 * Fetches account details or balances from Airwallex when what is stored is older than ten minutes or one, stores what
 * came, and returns what is stored then. One read, and after a 401 one more with a token refreshed for it. Waits for
 * Airwallex at most some 40 s; call it where no one's first byte depends on it, and never for a prefetch.
 */
export async function refreshSnapshot(
  request: SnapshotRequest,
  changes: Partial<SnapshotDeps> = {},
): Promise<SnapshotResult> {
  const deps = { config: env().airwallex, store: snapshotStore(), getAccessToken, ...changes }
  const { principal, connectionId, kind, urgent = false } = request
  const workspaceId = 'system' in principal ? principal.workspaceId : principal.partnerUser.workspace.id
  if (!isId(connectionId)) return { kind: 'not_found' }
  const key = { workspaceId, connectionId }
  const stored = await deps.store.read(key, kind)
  if (stored && !urgent && !isStale(kind, stored, new Date())) return { kind: 'snapshot', snapshot: stored }

  if (await deps.store.begin(key, kind)) {
    const fetched = await fetchWithToken(request, deps)
    if ('failure' in fetched) await deps.store.saveFailure(key, kind, fetched.failure)
    else await deps.store.saveData(key, kind, fetched.data)
  }
  const snapshot = await deps.store.read(key, kind)
  return snapshot ? { kind: 'snapshot', snapshot } : { kind: 'not_found' }
}

type Fetched = { readonly data: object } | { readonly failure: SnapshotFailure }

async function fetchWithToken(request: SnapshotRequest, deps: SnapshotDeps): Promise<Fetched> {
  const { principal, connectionId, kind, defer } = request
  const token = await deps.getAccessToken({ principal, connectionId, defer })
  if (token.kind !== 'token') return { failure: tokenFailure(token) }
  const first = await read(kind, deps.config, token.accessToken)
  if (first.kind !== 'unauthorized') return judge(first)

  const refusedGeneration = token.generation
  const renewed = await deps.getAccessToken({ principal, connectionId, refusedGeneration, defer })
  if (renewed.kind !== 'token') return { failure: tokenFailure(renewed) }
  return judge(await read(kind, deps.config, renewed.accessToken))
}

function read(kind: SnapshotKind, config: AirwallexConfig, accessToken: Secret): Promise<ApiRead<object>> {
  return kind === 'account_details' ? readAccount(config, accessToken) : readCurrentBalances(config, accessToken)
}

function judge(answer: ApiRead<object>): Fetched {
  switch (answer.kind) {
    case 'ok':
      return { data: answer.data }
    case 'unauthorized':
    case 'missing_permission':
      return { failure: answer.kind }
    case 'not_found':
      return { failure: 'unreadable' }
    case 'unavailable': {
      const { reason } = answer
      return { failure: reason === 'rate_limited' || reason === 'unreadable' ? reason : 'unavailable' }
    }
  }
}

function tokenFailure(result: Exclude<AccessTokenResult, { kind: 'token' }>): SnapshotFailure {
  // Deleted since it was looked up: there is no row left to write this to.
  return result.kind === 'not_found' ? 'disconnected' : result.kind
}
