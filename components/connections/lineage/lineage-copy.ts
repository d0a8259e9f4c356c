import type { Tone } from '@/components/ui/tone'
import type { CompactedLineage, LineageEntry } from '@/lib/connections/lineage-views'
import { formatDuration } from '@/lib/format/duration'
import type { Cause, LineageOutcome } from '@/lib/rotation/row/lineage'

/** How a generation looks in the strip: each has its own shape as well as its color. */
export type MarkKind = 'authorized' | 'renewed' | 'repaired' | 'odd' | 'ended' | 'unknown'

/** Where more than one outcome has a mark, the word in the legend covers them all. */
export const MARKS: Readonly<Record<MarkKind, { readonly label: string; readonly tone: Tone }>> = {
  authorized: { label: 'Authorized', tone: 'info' },
  renewed: { label: 'Renewed', tone: 'neutral' },
  repaired: { label: 'Retried and succeeded', tone: 'positive' },
  odd: { label: 'Unusual answer', tone: 'caution' },
  ended: { label: 'Failed', tone: 'critical' },
  unknown: { label: 'Other', tone: 'neutral' },
}

type Copy = { readonly label: string; readonly mark: MarkKind }

export const LINEAGE_OUTCOMES: Readonly<Record<LineageOutcome, Copy>> = {
  rotated: { label: 'Renewed', mark: 'renewed' },
  refresh_token_kept: { label: 'Renewed, refresh token kept', mark: 'odd' },
  rejected: { label: 'Rejected by Airwallex', mark: 'ended' },
  unresolved: { label: 'Never answered', mark: 'ended' },
  unreadable: { label: 'Stored tokens unreadable', mark: 'ended' },
  answer_dropped: { label: 'Answer dropped in favor of a newer one', mark: 'odd' },
}

/** Another release may have written words that this one does not know: they are shown as they are. */
export function lineageOutcome({ cause, outcome, repairs }: Pick<LineageEntry, 'cause' | 'outcome' | 'repairs'>): Copy {
  if (cause === 'authorization') return { label: 'Authorized', mark: 'authorized' }
  if (outcome === 'rotated' && repairs > 0) return { label: 'Retried and succeeded', mark: 'repaired' }
  return Object.hasOwn(LINEAGE_OUTCOMES, outcome)
    ? LINEAGE_OUTCOMES[outcome as LineageOutcome]
    : { label: outcome, mark: 'unknown' }
}

export const CAUSES: Readonly<Record<Cause | 'authorization', string>> = {
  authorization: 'Consent at Airwallex',
  requested: 'A token was needed',
  forced: 'Airwallex rejected the access token',
  keep_alive: 'Kept alive well before the refresh token expires',
  rescue: 'Rescued after an interruption',
  late_probe: 'Late probe after an interruption',
}

const SYSTEM_CAUSES: Readonly<Record<string, string>> = {
  first_fetch: 'the first read of the account',
  refused_authorization: 'an authorization by another workspace',
  account_event: 'an event of Airwallex',
  disconnect_event: 'a check of Airwallex’s disconnect event',
}

/** Why a generation came to be, and who needed it. */
export function causeInWords({
  cause,
  neededBy,
  neededByName,
}: Pick<LineageEntry, 'cause' | 'neededBy' | 'neededByName'>): string {
  const why = Object.hasOwn(CAUSES, cause) ? CAUSES[cause as keyof typeof CAUSES] : cause
  const who = neededBy === null ? null : whoInWords(neededBy, neededByName)
  if (who === null) return why
  return cause === 'requested' ? `Needed by ${who}` : `${why}; needed by ${who}`
}

function whoInWords(neededBy: string, name: string | null): string {
  if (name) return name
  if (neededBy.startsWith('partner_user:')) return 'someone no longer here'
  return Object.hasOwn(SYSTEM_CAUSES, neededBy) ? (SYSTEM_CAUSES[neededBy] ?? neededBy) : neededBy
}

export const repairsInWords = (repairs: number): string => `sent ${repairs + 1} times`

export type Timing = { readonly totalMs: number; readonly answerMs: number | null; readonly storedMs: number | null }

/** How long the last send took; null where nothing was sent, as with an authorization. */
export function timingOf({
  sentAt,
  answeredAt,
  committedAt,
}: Pick<LineageEntry, 'sentAt' | 'answeredAt' | 'committedAt'>): Timing | null {
  if (!sentAt) return null
  // The clock of the database may be set back in between.
  const between = (from: Date, to: Date) => Math.max(0, to.getTime() - from.getTime())
  return {
    totalMs: between(sentAt, committedAt),
    answerMs: answeredAt && between(sentAt, answeredAt),
    storedMs: answeredAt && between(answeredAt, committedAt),
  }
}

/** "Answered in 380 ms, stored 12 ms later". */
export function timingInWords({ answerMs, storedMs }: Timing): string {
  if (answerMs === null || storedMs === null) return 'Not answered'
  return `Answered in ${formatDuration(answerMs)}, stored ${formatDuration(storedMs)} later`
}

/** The rows that are no longer kept, as one line; `from` and `to` are days as text. */
export function compactedInWords({ renewals, keptAlive }: CompactedLineage, from: string, to: string): string {
  const count = `${renewals.toLocaleString('en-US')} routine ${renewals === 1 ? 'renewal' : 'renewals'}`
  const when = from === to ? `on ${from}` : `from ${from} to ${to}`
  const kept = keptAlive > 0 ? `, ${keptAlive.toLocaleString('en-US')} of them to keep it alive` : ''
  return `Before these: ${count} ${when}${kept}. Their rows are kept as counts.`
}
