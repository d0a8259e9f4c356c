import type { AccountDetails } from '@/lib/airwallex/account-api'
import { storedAccountDetails } from '@/lib/snapshots/stored-details'
import { type ConnectionStatus, deriveStatus, type StatusColumns } from './status'

export type SummaryRow = StatusColumns & {
  readonly id: string
  readonly airwallexAccountId: string
  readonly connectedAt: Date
  readonly refreshTokenExpiresAt: Date
  readonly rotatedAt: Date
  readonly nextAttemptAt: Date | null
  readonly details: unknown
  readonly lastReadAt: Date | null
}

export type ConnectionSummary = {
  readonly id: string
  readonly airwallexAccountId: string
  readonly status: ConnectionStatus
  /** As last read from Airwallex; null when that never succeeded. */
  readonly details: AccountDetails | null
  readonly connectedAt: Date
  /** When its tokens were last renewed or its data last read, whichever is later. */
  readonly lastActivityAt: Date
  /** Null where no refresh token is held anymore. */
  readonly refreshTokenExpiresAt: Date | null
  /** When the next renewal is tried, after one that failed. */
  readonly nextAttemptAt: Date | null
}

export function toSummary(row: SummaryRow, now: Date): ConnectionSummary {
  const { lastReadAt, rotatedAt } = row
  return {
    id: row.id,
    airwallexAccountId: row.airwallexAccountId,
    status: deriveStatus(row, now),
    details: row.details === null ? null : storedAccountDetails(row.details),
    connectedAt: row.connectedAt,
    lastActivityAt: lastReadAt && lastReadAt > rotatedAt ? lastReadAt : rotatedAt,
    refreshTokenExpiresAt: row.status === 'active' ? row.refreshTokenExpiresAt : null,
    nextAttemptAt: row.nextAttemptAt,
  }
}
