import type { ReauthorizationReason } from '@/lib/rotation/row/row'

/** What is known of a grant's end. Instants of the database, of Airwallex's events and of its answers. */
export type DiagnosisFacts = {
  readonly ended: {
    readonly reason: ReauthorizationReason
    readonly at: Date
    readonly refreshTokenExpiresAt: Date
    readonly lastRotatedAt: Date
  }
  /** The ended grant's last rows of the lineage, the newest first. */
  readonly lineage: readonly LineageFact[]
  /** Airwallex's events about the account since the grant was authorized, the newest first. */
  readonly events: readonly EventFact[]
  /** The last word of Airwallex's Connections API. */
  readonly connectionsApi: { readonly status: string; readonly at: Date } | null
  /** The account's status as last read with this connection. */
  readonly accountRead: { readonly status: string; readonly at: Date } | null
}

export type LineageFact = {
  readonly outcome: string
  readonly cause: string
  readonly generation: number
  readonly repairs: number
  readonly sentAt: Date | null
  readonly committedAt: Date
}

export type EventFact = {
  readonly name: string
  readonly occurredAt: Date
  readonly content:
    | { readonly kind: 'disconnected'; readonly reason: string | null }
    | { readonly kind: 'account_status_changed'; readonly status: string }
}

/** Each names one fact; the page words it. */
export type Evidence =
  /** A refresh was refused with `invalid_grant`. `repairs`: how often this token had been sent before. */
  | {
      readonly kind: 'refresh_rejected'
      readonly at: Date
      readonly generation: number
      readonly repairs: number
      readonly lateProbe: boolean
    }
  /** A refresh was sent and its answer never came, inside the window and by late probes. */
  | { readonly kind: 'refresh_unresolved'; readonly at: Date; readonly generation: number; readonly repairs: number }
  | { readonly kind: 'sealed_value_unreadable'; readonly at: Date }
  | { readonly kind: 'refresh_token_lapsed'; readonly at: Date; readonly lastRotatedAt: Date }
  | { readonly kind: 'disconnect_event'; readonly at: Date; readonly name: string; readonly reason: string | null }
  | {
      readonly kind: 'account_status'
      readonly at: Date
      readonly status: string
      readonly source: 'event' | 'account_read'
    }
  | { readonly kind: 'connections_api'; readonly at: Date; readonly status: string }

export type Diagnosis = {
  readonly cause: ReauthorizationReason
  /** `likely`: the evidence fits, and what would tell it from its neighbors is not to be had. */
  readonly certainty: 'certain' | 'likely' | 'unknown'
  readonly evidence: readonly Evidence[]
}

/**
 * Why a grant ended, from its lineage, Airwallex's events and its Connections API, with everything that speaks to it.
 *
 * Airwallex sends its disconnect events for the owner's disconnecting, the loss of the consenting user's role, an
 * account's end and the reuse of a refresh token alike, and names only the first (`user_initiated`). What else is
 * known distinguishes the others: the account's status, and whether our own lineage shows a reuse.
 */
export function diagnose(facts: DiagnosisFacts): Diagnosis {
  const evidence = evidenceOf(facts)
  const causedBy = (cause: ReauthorizationReason, certainty: Diagnosis['certainty']): Diagnosis => {
    return { cause, certainty, evidence }
  }
  const { reason } = facts.ended
  const disconnects = evidence.filter((item) => item.kind === 'disconnect_event')
  const rejected = evidence.find((item) => item.kind === 'refresh_rejected')

  if (reason === 'sealed_value_unreadable') return causedBy(reason, 'certain')
  if (isClosed(evidence)) return causedBy('account_suspended_or_closed', 'certain')
  if (disconnects.some((event) => event.reason === 'user_initiated'))
    return causedBy('disconnected_at_airwallex', 'certain')
  if (disconnects.some((event) => event.reason?.includes('role'))) return causedBy('role_lost', 'certain')
  if (rejected?.lateProbe || reason === 'own_late_use') return causedBy('own_late_use', 'certain')
  if (reason === 'unresolved') return causedBy('unresolved', 'certain')
  if (disconnects.length > 0) return causedBy(...unnamedDisconnect(disconnects, rejected))
  if (evidence.some((item) => item.kind === 'refresh_token_lapsed')) return causedBy('refresh_token_expired', 'certain')

  const said = facts.connectionsApi?.status
  const wasRepeated = rejected !== undefined && rejected.repairs > 0
  if (wasRepeated && said === 'CONNECTED') return causedBy('own_late_use', 'likely')
  if (said === 'DISCONNECTED' && !wasRepeated) return causedBy('disconnected_at_airwallex', 'likely')
  return causedBy('unknown', 'unknown')
}

type DisconnectEvidence = Extract<Evidence, { kind: 'disconnect_event' }>
type RejectedEvidence = Extract<Evidence, { kind: 'refresh_rejected' }>

/** Of the owner, the role and a reuse, an event that names none. */
function unnamedDisconnect(
  events: readonly DisconnectEvidence[],
  rejected: RejectedEvidence | undefined,
): [ReauthorizationReason, Diagnosis['certainty']] {
  // Sent more than once inside the window: a request that Airwallex processed late would look the same.
  if (rejected && rejected.repairs > 0) return ['unknown', 'unknown']
  // This event would have named the owner's own act.
  const isNamingEvent = events.some(({ name }) => name === 'partner_connection.disconnected')
  return [isNamingEvent ? 'role_lost' : 'disconnected_at_airwallex', 'likely']
}

const CLOSED: readonly string[] = ['SUSPENDED', 'CLOSED']

/** By the latest report of the account's status, from any source. */
function isClosed(evidence: readonly Evidence[]): boolean {
  const statuses = evidence.filter((item) => item.kind === 'account_status')
  const last = statuses.reduce<(typeof statuses)[number] | null>(
    (latest, item) => (latest === null || item.at.getTime() > latest.at.getTime() ? item : latest),
    null,
  )
  return last !== null && CLOSED.includes(last.status)
}

/** How far our clock and Airwallex's may be apart, and how late an event may arrive. */
const CLOCKS_AGREE_MS = 5 * 60_000

function evidenceOf({ ended, lineage, events, connectionsApi, accountRead }: DiagnosisFacts): Evidence[] {
  // What happened to the account after the end explains nothing of it.
  const explains = (at: Date) => at.getTime() <= ended.at.getTime() + CLOCKS_AGREE_MS
  return [
    ...lineage.flatMap(lineageEvidence),
    ...lapseEvidence(ended, lineage),
    ...events.filter(({ occurredAt }) => explains(occurredAt)).map(eventEvidence),
    ...(accountRead && explains(accountRead.at)
      ? [{ kind: 'account_status', source: 'account_read', ...accountRead } as const]
      : []),
    ...(connectionsApi ? [{ kind: 'connections_api', ...connectionsApi } as const] : []),
  ]
}

function lineageEvidence({ outcome, cause, generation, repairs, sentAt, committedAt }: LineageFact): Evidence[] {
  switch (outcome) {
    case 'rejected':
      return [
        {
          kind: 'refresh_rejected',
          at: sentAt ?? committedAt,
          generation,
          repairs,
          lateProbe: cause === 'late_probe',
        },
      ]
    case 'unresolved':
      return [{ kind: 'refresh_unresolved', at: committedAt, generation, repairs }]
    case 'unreadable':
      return [{ kind: 'sealed_value_unreadable', at: committedAt }]
    default:
      return []
  }
}

/** The refresh token's life was over when it was first sent. */
function lapseEvidence(ended: DiagnosisFacts['ended'], lineage: readonly LineageFact[]): Evidence[] {
  const rejection = lineage.find(({ outcome }) => outcome === 'rejected')
  const sentAt = rejection?.sentAt ?? rejection?.committedAt
  if (!sentAt || sentAt.getTime() < ended.refreshTokenExpiresAt.getTime()) return []
  return [{ kind: 'refresh_token_lapsed', at: ended.refreshTokenExpiresAt, lastRotatedAt: ended.lastRotatedAt }]
}

function eventEvidence({ name, occurredAt: at, content }: EventFact): Evidence {
  return content.kind === 'disconnected'
    ? { kind: 'disconnect_event', at, name, reason: content.reason }
    : { kind: 'account_status', at, status: content.status, source: 'event' }
}
