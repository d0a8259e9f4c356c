import type { IconName } from '@/components/ui/icon'
import type { Tone } from '@/components/ui/tone'
import type { ConnectionStatus, ReauthorizationReason } from '@/lib/connections/status'

type StatusKind = ConnectionStatus['kind']

export const STATUS_LABELS: Readonly<
  Record<StatusKind, { readonly label: string; readonly tone: Tone; readonly icon: IconName }>
> = {
  active: { label: 'Active', tone: 'positive', icon: 'check-circle' },
  temporarily_unavailable: { label: 'Temporarily unavailable', tone: 'caution', icon: 'clock' },
  reauthorization_required: { label: 'Reauthorization required', tone: 'critical', icon: 'alert' },
  frozen: { label: 'Frozen', tone: 'info', icon: 'snowflake' },
  quarantined: { label: 'Quarantined', tone: 'caution', icon: 'shield' },
  disconnected: { label: 'Disconnected', tone: 'neutral', icon: 'circle-slash' },
}

/** A list shows `short`; the connection's page shows the sentence `why`. */
export const REASONS: Readonly<Record<ReauthorizationReason, { readonly short: string; readonly why: string }>> = {
  own_late_use: {
    short: 'We renewed too late',
    why: 'A renewal was interrupted on our side and retried too late, so Airwallex ended the connection.',
  },
  refresh_token_expired: {
    short: 'The refresh token expired',
    why: 'The refresh token expired before it was renewed.',
  },
  refresh_token_rejected: {
    short: 'Airwallex rejected the refresh token',
    why: 'Airwallex no longer accepts the refresh token.',
  },
  disconnected_at_airwallex: {
    short: 'Disconnected at Airwallex',
    why: 'The account’s owner disconnected this application at Airwallex.',
  },
  role_lost: {
    short: 'The person who consented lost their role',
    why: 'The person who consented no longer has the role they need at Airwallex.',
  },
  account_suspended_or_closed: {
    short: 'Account suspended or closed',
    why: 'Airwallex suspended or closed the account. Reauthorize once it is active again.',
  },
  sealed_value_unreadable: {
    short: 'Stored tokens unreadable',
    why: 'The stored tokens cannot be opened: they were changed outside this product. Contact your administrator.',
  },
  unresolved: {
    short: 'A renewal never got an answer',
    why: 'A renewal was interrupted, and Airwallex’s answer never arrived.',
  },
  unknown: {
    short: 'Airwallex did not say why',
    why: 'Airwallex no longer accepts this connection and did not say why.',
  },
}

/** One line under the status in a list; `since` is a day or a time of day. */
export function shortStatus(status: ConnectionStatus, since: string): string {
  switch (status.kind) {
    case 'active':
      return 'Renews automatically'
    case 'temporarily_unavailable':
      return status.cause === 'unreadable' ? 'Stored tokens don’t open' : `Retrying since ${since}`
    case 'reauthorization_required':
      return REASONS[status.reason].short
    case 'frozen':
    case 'quarantined':
      return `Since ${since}`
    case 'disconnected':
      return `Since ${since}`
  }
}

export type StatusFacts = {
  /** When the status began, as text; for an active connection since when it is authorized. */
  readonly since: string
  /** When the next renewal is tried, as text. */
  readonly nextAttempt: string | null
  /** When the refresh token expires, as text. */
  readonly lapses: string | null
}

/** Nothing renews the refresh token meanwhile. */
const lapse = (lapses: string | null) =>
  lapses ? ` Its refresh token expires on ${lapses} unless it is renewed first.` : ''

/** Since when, why, and what to do. */
export function statusSentence(status: ConnectionStatus, { since, nextAttempt, lapses }: StatusFacts): string {
  switch (status.kind) {
    case 'active':
      return `Authorized since ${since}. Its tokens renew automatically.`
    case 'temporarily_unavailable':
      if (status.cause === 'unreadable')
        return `Since ${since}, its stored tokens can’t be opened with this deployment’s keys. They are kept, and it works again once the right key is back. Tell your administrator.`
      return `Airwallex has not answered our renewal since ${since}. Nothing is lost. We retry ${
        nextAttempt ? `at ${nextAttempt}` : 'every few seconds'
      }.`
    case 'reauthorization_required':
      return `Since ${since}. ${REASONS[status.reason].why} Reauthorize to use it again. Its id and history stay.`
    case 'frozen':
      return `Frozen since ${since}. No tokens are issued or renewed. An interrupted renewal will still finish.${lapse(lapses)} It works again once the freeze is lifted.`
    case 'quarantined':
      return `Since ${since}. This database looks like a copy or a restored backup, so this connection is not used: renewing a token from a copy would end the original connection.${lapse(lapses)} An owner can lift the quarantine.`
    case 'disconnected':
      return `Since ${since}. We deleted its tokens and kept its history. Reauthorize to use it again.`
  }
}

/** When the status began. */
export function statusInstant(status: ConnectionStatus): Date | null {
  if (status.kind === 'active') return null
  return status.kind === 'disconnected' ? status.at : status.since
}
