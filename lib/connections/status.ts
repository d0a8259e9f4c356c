import { type CredentialStatus, REAUTHORIZATION_REASONS, type ReauthorizationReason } from '@/lib/rotation/row/row'

export type { ReauthorizationReason }

/** The status shown for a connection. Airwallex's own account status is separate and shown next to it. */
export type ConnectionStatus =
  | { readonly kind: 'active' }
  /** Derived: the tokens are kept, and a refresh is being repeated. */
  | { readonly kind: 'temporarily_unavailable'; readonly since: Date; readonly cause: 'no_answer' | 'unreadable' }
  | { readonly kind: 'reauthorization_required'; readonly reason: ReauthorizationReason; readonly since: Date }
  /** Lie over the stored status and win. */
  | { readonly kind: 'frozen' | 'quarantined'; readonly since: Date }
  | { readonly kind: 'disconnected'; readonly at: Date }

/** The unsealed columns that the status is derived from, and what lies over the row: both may be the deployment's. */
export type StatusColumns = {
  readonly status: CredentialStatus
  readonly reason: string | null
  readonly statusSince: Date
  readonly accessTokenExpiresAt: Date
  readonly ambiguousSince: Date | null
  readonly attempts: number
  readonly unreadableSince: Date | null
  readonly frozenAt: Date | null
  readonly quarantinedAt: Date | null
  readonly workspaceFrozenAt?: Date | null
  readonly deploymentFrozenAt?: Date | null
}

/** With less than this left, an access token is no longer handed out. */
const USABLE_MS = 5_000

/** An expired access token is routine and no status: it shows only where the refresh of it is ambiguous or failing. */
export function deriveStatus(row: StatusColumns, now: Date): ConnectionStatus {
  if (row.quarantinedAt) return { kind: 'quarantined', since: row.quarantinedAt }
  const frozenSince = row.frozenAt ?? row.workspaceFrozenAt ?? row.deploymentFrozenAt
  if (frozenSince) return { kind: 'frozen', since: frozenSince }
  switch (row.status) {
    case 'disconnected':
      return { kind: 'disconnected', at: row.statusSince }
    case 'reauthorization_required':
      return { kind: 'reauthorization_required', reason: toReason(row.reason), since: row.statusSince }
    case 'active': {
      if (row.unreadableSince) {
        return { kind: 'temporarily_unavailable', since: row.unreadableSince, cause: 'unreadable' }
      }
      const isFailing = row.ambiguousSince !== null || row.attempts > 0
      const endsAt = row.accessTokenExpiresAt.getTime() - USABLE_MS
      if (!isFailing || endsAt > now.getTime()) return { kind: 'active' }
      const since = new Date(Math.max(endsAt, row.ambiguousSince?.getTime() ?? 0))
      return { kind: 'temporarily_unavailable', since, cause: 'no_answer' }
    }
  }
}

/** A reason that a newer release wrote is shown as unknown, not dropped. */
function toReason(reason: string | null): ReauthorizationReason {
  return REAUTHORIZATION_REASONS.find((known) => known === reason) ?? 'unknown'
}
