import type { EndReason } from './grants'
import type { JournalEntry } from './journal'

export type Verdict = {
  tokenRequests: number
  refreshRequests: number
  /** Refresh tokens that were exchanged for a new one. */
  rotations: number
  exchanges: number
  duplicateCodeUses: number
  /** Sends of a refresh token that had a successor, and this was known or the grace was over. */
  supersededSends: number
  /** Those of them whose only fault is to come after the grace. */
  lateSends: number
  /** Refresh requests that arrived while another of the same grant was in flight. */
  concurrentRefreshes: number
  answered429: number
  /** Grants ended by a use that Airwallex takes for a breach: a late or repeated refresh token, a repeated code. */
  connectionsKilled: number
  grantsEnded: Partial<Record<EndReason, number>>
}

export function emptyVerdict(): Verdict {
  return {
    tokenRequests: 0,
    refreshRequests: 0,
    rotations: 0,
    exchanges: 0,
    duplicateCodeUses: 0,
    supersededSends: 0,
    lateSends: 0,
    concurrentRefreshes: 0,
    answered429: 0,
    connectionsKilled: 0,
    grantsEnded: {},
  }
}

/** Counts an arriving request: what was sent counts even if it is never processed. */
export function countArrival(verdict: Verdict, entry: JournalEntry): void {
  if (entry.endpoint !== 'token') return
  verdict.tokenRequests += 1
  if (entry.grantType !== 'refresh_token') return
  verdict.refreshRequests += 1
  if (entry.overlaps > 0) verdict.concurrentRefreshes += 1
  if (entry.refreshTokenClass === 'previous_after_grace') verdict.lateSends += 1
  if (entry.refreshTokenClass === 'previous_after_grace' || entry.refreshTokenClass === 'older') {
    verdict.supersededSends += 1
  }
}

export function countProcessed(verdict: Verdict, entry: JournalEntry): void {
  if (entry.endpoint !== 'token') return
  if (entry.outcome === 'rotated') verdict.rotations += 1
  if (entry.outcome === 'exchanged') verdict.exchanges += 1
  if (entry.outcome === 'code_reuse') verdict.duplicateCodeUses += 1
}

export function countEnded(verdict: Verdict, reason: EndReason): void {
  verdict.grantsEnded[reason] = (verdict.grantsEnded[reason] ?? 0) + 1
  if (reason === 'refresh_token_reuse' || reason === 'code_reuse') verdict.connectionsKilled += 1
}
