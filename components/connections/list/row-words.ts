import {
  accountStatusLabel,
  connectionName,
  entityTypeInWords,
  structureInWords,
} from '@/components/connections/account-copy'
import { STATUS_LABELS, shortStatus, statusInstant } from '@/components/connections/status-copy'
import type { IconName } from '@/components/ui/icon'
import type { Tone } from '@/components/ui/tone'
import type { ConnectionSummary } from '@/lib/connections/view-rows'
import { countryName } from '@/lib/format/country'
import { formatDay, formatExact, formatMoment } from '@/lib/format/instants'
import { relativeTime } from '@/lib/format/relative-time'
import type { ViewerClock } from '@/lib/format/time-zone'

type Labelled = { readonly label: string; readonly tone: Tone; readonly icon: IconName }
type Instant = { readonly iso: string; readonly exact: string; readonly text: string }

/** A connection as its row shows it: words only, so that the page sends little extra data. */
export type ConnectionRowWords = {
  readonly id: string
  readonly name: string
  /** Null where the name is the account id. */
  readonly accountId: string | null
  readonly type: string | null
  readonly country: string | null
  readonly status: Labelled
  readonly statusLine: string
  readonly accountStatus: Labelled | null
  readonly lastActivity: Instant
  readonly lapses: Instant | null
}

export function connectionRowWords(connection: ConnectionSummary, clock: ViewerClock): ConnectionRowWords {
  const { id, airwallexAccountId, details, status, lastActivityAt, refreshTokenExpiresAt } = connection
  const began = statusInstant(status)
  const since = began ? (status.kind === 'temporarily_unavailable' ? formatMoment : formatDay)(began, clock) : ''
  return {
    id,
    name: connectionName(connection),
    accountId: details?.displayName ? airwallexAccountId : null,
    type: structureInWords(details?.businessStructure ?? null) ?? entityTypeInWords(details?.legalEntityType ?? null),
    country: details?.country ? countryName(details.country) : null,
    status: STATUS_LABELS[status.kind],
    statusLine: shortStatus(status, since),
    accountStatus: details?.status ? accountStatusLabel(details.status) : null,
    lastActivity: instant(lastActivityAt, clock),
    lapses: refreshTokenExpiresAt && instant(refreshTokenExpiresAt, clock),
  }
}

const instant = (at: Date, clock: ViewerClock): Instant => ({
  iso: at.toISOString(),
  exact: formatExact(at, clock),
  text: relativeTime(at, clock.now),
})
