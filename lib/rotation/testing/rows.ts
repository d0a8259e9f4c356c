import { closedBreaker } from '@/lib/rotation/row/breaker'
import { grantColumns } from '@/lib/rotation/row/grant-statements'
import type { CredentialRow, Reading } from '@/lib/rotation/row/row'

/** Rows for the tests of the core, as of NOW: a fresh grant whose access token has `leftMs` of its 300 s left. */
export const NOW = 10_000_000

export const key = { workspaceId: 'w', connectionId: 'c' }

export function rowWith(change: Partial<CredentialRow> = {}, leftMs = 300_000): CredentialRow {
  const grant = grantColumns(
    {
      sealedAccessToken: 'sealed access',
      sealedRefreshToken: 'sealed refresh',
      accessTokenLifeSeconds: 300,
      refreshTokenLifeSeconds: 5_184_000,
      elapsedMs: 0,
      keepAliveInMs: 2_592_000_000,
    },
    NOW - 300_000 + leftMs,
  )
  return { ...key, grantNo: 1, generation: 1, ...grant, fence: 0, frozenAt: null, quarantinedAt: null, ...change }
}

export function readingOf(row: CredentialRow, change: Partial<Reading> = {}): Reading {
  return { row, frozen: false, breaker: closedBreaker, at: NOW, ...change }
}

/** As claim 1 leaves the row, then its mark, `agoMs` ago. */
export function claimedRow(change: Partial<CredentialRow> = {}): CredentialRow {
  return rowWith({ fence: 1, leaseUntil: NOW + 21_000, ...change }, 0)
}

export function markedRow(agoMs: number, change: Partial<CredentialRow> = {}): CredentialRow {
  const at = NOW - agoMs
  return claimedRow({ sentFence: 1, firstSentAt: at, ambiguousSince: at, sendCount: 1, ...change })
}
