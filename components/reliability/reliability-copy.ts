import type { IconName } from '@/components/ui/icon'
import type { Tone } from '@/components/ui/tone'
import type { BreakerView, WorkerView } from '@/lib/background/views'
import { type Judgement, TELLING_RENEWALS, type Totals } from '@/lib/reliability/integrity'
import type { Window } from '@/lib/reliability/views'
import type { LineageOutcome } from '@/lib/rotation/row/lineage'

type Labelled = { readonly label: string; readonly tone: Tone; readonly icon: IconName }

export const WINDOWS: Readonly<Record<Window, string>> = { day: 'Last 24 hours', month: 'Last 28 days' }

export const JUDGEMENTS: Readonly<Record<Judgement, Labelled>> = {
  none: { label: 'No data', tone: 'neutral', icon: 'minus' },
  too_few: { label: 'Too few to judge', tone: 'neutral', icon: 'info' },
  met: { label: 'Target met', tone: 'positive', icon: 'check-circle' },
  missed: { label: 'Target missed', tone: 'critical', icon: 'alert' },
}

const number = (value: number) => value.toLocaleString('en-US')
const renewals = (count: number) => `${number(count)} ${count === 1 ? 'renewal' : 'renewals'}`

/** What the share is made of, and how far to trust it. */
export function totalsInWords(totals: Totals, judgement: Judgement): string {
  const { renewals: all, badly, repaired } = totals
  if (judgement === 'none') return 'No renewals.'
  const what =
    badly === 0
      ? all === 1
        ? 'The only renewal succeeded'
        : `All ${renewals(all)} succeeded`
      : `${number(badly)} of ${renewals(all)} failed`
  const repairs =
    repaired === 0
      ? ''
      : badly === 0
        ? `, ${number(repaired)} of them after a retry`
        : `; ${number(repaired)} succeeded after a retry`
  const few = judgement === 'too_few' ? ` Judging this target takes ${number(TELLING_RENEWALS)} renewals.` : ''
  return `${what}${repairs}.${few}`
}

/** Events that get their own line next to plain renewals, in this order. */
export const NOTABLE: Readonly<
  Record<
    Exclude<LineageOutcome, 'rotated'> | 'repaired',
    { readonly label: string; readonly note: string; readonly tone: Tone }
  >
> = {
  rejected: {
    label: 'Rejected by Airwallex',
    note: 'Airwallex did not accept the refresh token: the owner disconnected, a role was lost, the token had expired, or we used it too late.',
    tone: 'critical',
  },
  unresolved: {
    label: 'Never answered',
    note: 'No answer came in time, or to the late retries.',
    tone: 'critical',
  },
  unreadable: {
    label: 'Stored tokens unreadable',
    note: 'The sealed tokens could not be opened.',
    tone: 'critical',
  },
  refresh_token_kept: {
    label: 'Renewed without a new refresh token',
    note: 'Airwallex sent none twice, so we kept the old one.',
    tone: 'caution',
  },
  answer_dropped: {
    label: 'Answer dropped',
    note: 'It came after we had sent a newer request, which is counted instead.',
    tone: 'caution',
  },
  repaired: {
    label: 'Retried and succeeded',
    note: 'Interrupted, retried, and renewed.',
    tone: 'positive',
  },
}

export const WORKER_STATES: Readonly<Record<WorkerView['state'], Labelled>> = {
  running: { label: 'Running', tone: 'positive', icon: 'check-circle' },
  ended: { label: 'Stopped normally', tone: 'neutral', icon: 'minus' },
  silent: { label: 'Silent', tone: 'caution', icon: 'alert' },
}

export const BREAKER_STATES: Readonly<Record<BreakerView['state'], Labelled>> = {
  closed: { label: 'Normal', tone: 'positive', icon: 'check-circle' },
  half_open: { label: 'Recovering', tone: 'caution', icon: 'clock' },
  open: { label: 'Paused', tone: 'critical', icon: 'alert' },
}

/** What the breaker lets through, and why it stands as it does; instants as text. */
export function breakerInWords(
  { state, reason, isTrying, failing }: BreakerView,
  { since, canary }: { readonly since: string | null; readonly canary: string | null },
): string[] {
  if (state === 'closed') {
    const held = since ? `Since ${since}, renewals` : 'Renewals'
    const failures =
      failing > 0
        ? ` ${failing === 1 ? 'One connection has' : `${failing} connections have`} failed recently. At three within 30 seconds, renewals pause.`
        : ''
    return [`${held} are sent normally.${failures}`]
  }
  const why =
    reason === 'client_refused'
      ? 'Airwallex rejected this application’s client id or secret. Your administrator needs to correct them. No connection is lost.'
      : 'Airwallex’s token endpoint failed for several connections in a row. No connection is lost.'
  if (state === 'open') {
    return [
      `${since ? `Since ${since}, new` : 'New'} renewals are paused. We only retry renewals that were interrupted a moment ago, because they cannot wait.`,
      why,
      canary
        ? `We check whether Airwallex answers at ${canary}, with a request that carries no token.`
        : 'We check every 15 seconds whether Airwallex answers.',
    ]
  }
  return [
    `${since ? `Since ${since}, we` : 'We'} try one renewal at a time, interrupted ones first. The first success resumes all renewals.`,
    isTrying ? 'One is in progress.' : why,
  ]
}
