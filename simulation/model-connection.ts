import { figures } from '@/lib/rotation/figures'
import { grantColumns } from '@/lib/rotation/row/grant-statements'
import type { ConnectionKey, CredentialRow } from '@/lib/rotation/row/row'
import type { ModelStore } from './model-store'
import type { ModelUpstream } from './model-upstream'
import { sealed } from './model-vault'
import type { VirtualTime } from './virtual-clock'

type Parts = { readonly time: VirtualTime; readonly store: ModelStore; readonly upstream: ModelUpstream }

const ACCESS_SECONDS = 300
const REFRESH_SECONDS = 7_776_000

/** A connection as a code exchange leaves it, some time later: without `leftMs` its access token has just expired. */
export function newConnection(
  { time, store, upstream }: Parts,
  key: ConnectionKey,
  refreshToken: string,
  { leftMs = 0, keepAliveDue = false } = {},
): void {
  const accessToken = upstream.accessTokenOf(refreshToken, leftMs)
  const version = { ...key, grantNo: 1, generation: 1 }
  const agedMs = ACCESS_SECONDS * 1_000 - leftMs
  const keepAliveInMs = keepAliveDue ? 0 : REFRESH_SECONDS * 1_000 * figures.keepAliveShare
  const grant = grantColumns(grantOf(version, { accessToken, refreshToken }, keepAliveInMs), time.now() - agedMs)
  const row: CredentialRow = { ...version, ...grant, fence: 0, frozenAt: null, quarantinedAt: null }
  store.rows.set(key.connectionId, row)
}

export function grantOf(
  version: ConnectionKey & { grantNo: number; generation: number },
  { accessToken, refreshToken }: { accessToken: string; refreshToken: string },
  keepAliveInMs = REFRESH_SECONDS * 1_000 * figures.keepAliveShare,
) {
  return {
    sealedAccessToken: sealed(accessToken, { ...version, field: 'access_token' }),
    sealedRefreshToken: sealed(refreshToken, { ...version, field: 'refresh_token' }),
    accessTokenLifeSeconds: ACCESS_SECONDS,
    refreshTokenLifeSeconds: REFRESH_SECONDS,
    elapsedMs: 0,
    keepAliveInMs,
  }
}
