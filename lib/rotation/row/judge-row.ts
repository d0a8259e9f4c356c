import type { Figures } from '@/lib/rotation/figures'
import { type CredentialRow, isDue, isInterrupted, leaseIsLive, type Reading, type ReauthorizationReason } from './row'

/** Why a row hands out nothing, whatever its tokens say. */
export type Refusal =
  | { readonly kind: 'quarantined' }
  | { readonly kind: 'frozen' }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'reauthorization_required'; readonly reason: ReauthorizationReason | null }

/** Step 0, on what was just read. */
export type RowJudgement =
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  | { readonly kind: 'hand_out'; readonly refreshBeside: boolean }
  | { readonly kind: 'refresh_first' }

export function judgeRow(reading: Reading, minTtlMs: number, f: Figures): RowJudgement {
  const refusal = refusalOf(reading)
  if (refusal) return { kind: 'refuse', refusal }

  const { row, at } = reading
  const left = accessTokenLeftMs(row, at)
  const { margin, need } = thresholds(row, minTtlMs, f)
  if (left <= 0 || left < need) return { kind: 'refresh_first' }
  return { kind: 'hand_out', refreshBeside: left <= Math.max(margin, need) || isWaitingForRescue(row, at) }
}

/** Freeze and quarantine lie over the status and win. */
export function refusalOf({ row, frozen }: Reading): Refusal | null {
  if (row.quarantinedAt !== null) return { kind: 'quarantined' }
  if (frozen) return { kind: 'frozen' }
  if (row.status === 'disconnected') return { kind: 'disconnected' }
  if (row.status === 'reauthorization_required') return { kind: 'reauthorization_required', reason: row.reason }
  return null
}

/** Any request to a connection also rescues it. */
export function isWaitingForRescue(row: CredentialRow, at: number): boolean {
  return isInterrupted(row, at) && isDue(row, at) && row.quarantinedAt === null
}

/** When no refresh can be had: this is still worth handing out. */
export function isUsable(row: CredentialRow, at: number, f: Figures): boolean {
  return accessTokenLeftMs(row, at) >= f.usableMs
}

export function accessTokenLeftMs(row: CredentialRow, at: number): number {
  return row.sealedAccessToken === null ? 0 : Math.max(0, row.accessTokenExpiresAt - at)
}

/** How long a caller who got nothing should wait: from one second to half a minute. */
export function retryAfterMs({ row, breaker, at }: Reading, f: Figures): number {
  const known = [
    leaseIsLive(row, at) ? null : row.nextAttemptAt,
    breaker.state === 'open' ? breaker.canaryAt : null,
  ].filter((instant) => instant !== null)
  return Math.min(2 * f.backOffMaxMs, Math.max(f.rateLimitMinMs, ...known.map((instant) => instant - at)))
}

/**
 * A caller who names no `minTtl` still gets a token worth using; none may ask for more than half of a life, or every
 * read would rotate.
 */
function thresholds(row: CredentialRow, minTtlMs: number, f: Figures): { margin: number; need: number } {
  const life = row.accessTokenLifeSeconds * 1_000
  return {
    margin: Math.min(f.marginMs, f.marginShare * life),
    need: Math.min(Math.max(minTtlMs, f.usableMs), f.needMaxMs, f.needShare * life),
  }
}
