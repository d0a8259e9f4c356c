import type { IconName } from '@/components/ui/icon'
import type { Tone } from '@/components/ui/tone'
import type { BreakerView, WorkerView } from '@/lib/connections/background-views'
import type { Window } from '@/lib/connections/reliability-views'
import type { LineageOutcome } from '@/lib/rotation/lineage'
import { type Judgement, TELLING_RENEWALS, type Totals } from './integrity'

type Labelled = { readonly label: string; readonly tone: Tone; readonly icon: IconName }

export const WINDOWS: Readonly<Record<Window, string>> = { day: 'Last 24 hours', month: 'Last 28 days' }

export const JUDGEMENTS: Readonly<Record<Judgement, Labelled>> = {
  none: { label: 'Nothing to judge', tone: 'neutral', icon: 'minus' },
  too_few: { label: 'Too few to judge', tone: 'neutral', icon: 'info' },
  met: { label: 'Target met', tone: 'positive', icon: 'check-circle' },
  missed: { label: 'Target missed', tone: 'critical', icon: 'alert' },
}

const number = (value: number) => value.toLocaleString('en-US')
const renewals = (count: number) => `${number(count)} ${count === 1 ? 'renewal' : 'renewals'}`

/** What the share is made of, and how far to trust it. */
export function totalsInWords(totals: Totals, judgement: Judgement): string {
  const { renewals: all, badly, repaired } = totals
  if (judgement === 'none') return 'No token was renewed.'
  const what =
    badly === 0
      ? all === 1
        ? 'The only renewal ended well'
        : `All ${renewals(all)} ended well`
      : `${number(badly)} of ${renewals(all)} ended badly`
  const repairs =
    repaired === 0
      ? ''
      : badly === 0
        ? `, ${number(repaired)} of them after repair`
        : `; ${number(repaired)} ended well after repair`
  const few =
    judgement === 'too_few' ? ` It takes ${number(TELLING_RENEWALS)} to tell whether one in that many fails.` : ''
  return `${what}${repairs}.${few}`
}

/** What is worth a line beside plain renewals, in this order. */
export const NOTABLE: Readonly<
  Record<
    Exclude<LineageOutcome, 'rotated'> | 'repaired',
    { readonly label: string; readonly note: string; readonly tone: Tone }
  >
> = {
  rejected: {
    label: 'Refused by Airwallex',
    note: 'The refresh token was not accepted: the owner disconnected, a role was lost, it had lapsed, or it was used late.',
    tone: 'critical',
  },
  unresolved: {
    label: 'Never answered',
    note: 'No answer came in time, nor to the late attempts.',
    tone: 'critical',
  },
  unreadable: {
    label: 'Stored tokens unreadable',
    note: 'The sealed tokens could not be opened.',
    tone: 'critical',
  },
  refresh_token_kept: {
    label: 'Renewed without a new refresh token',
    note: 'Airwallex answered twice without one; the old one was kept.',
    tone: 'caution',
  },
  answer_dropped: {
    label: 'Answer dropped',
    note: 'It came after a newer request had been sent, whose own end is counted.',
    tone: 'caution',
  },
  repaired: {
    label: 'Renewed after repair',
    note: 'Interrupted, sent again, and well.',
    tone: 'positive',
  },
}

export const WORKER_STATES: Readonly<Record<WorkerView['state'], Labelled>> = {
  running: { label: 'Running', tone: 'positive', icon: 'check-circle' },
  ended: { label: 'Ended in order', tone: 'neutral', icon: 'minus' },
  silent: { label: 'Silent', tone: 'caution', icon: 'alert' },
}

export const BREAKER_STATES: Readonly<Record<BreakerView['state'], Labelled>> = {
  closed: { label: 'Closed', tone: 'positive', icon: 'check-circle' },
  half_open: { label: 'Half open', tone: 'caution', icon: 'clock' },
  open: { label: 'Open', tone: 'critical', icon: 'alert' },
}

/** What the breaker lets through, and why it stands as it does; instants as text. */
export function breakerInWords(
  { state, reason, isTrying, failing }: BreakerView,
  { since, canary }: { readonly since: string | null; readonly canary: string | null },
): string[] {
  if (state === 'closed') {
    const held = since ? `Since ${since} everything` : 'Everything'
    const failures =
      failing > 0
        ? ` ${failing === 1 ? 'One connection has' : `${failing} connections have`} failed lately; at three within 30 seconds it opens.`
        : ''
    return [`${held} is sent to Airwallex as it comes due.${failures}`]
  }
  const why =
    reason === 'client_refused'
      ? 'Airwallex refused this application’s own client id or secret. Whoever runs this dashboard has to look at them; no connection is lost by it.'
      : 'Airwallex’s token endpoint failed for several connections in a row. Nothing has to be done; no connection is lost by it.'
  if (state === 'open') {
    return [
      `${since ? `Since ${since} no` : 'No'} renewal begins. Only renewals that were interrupted a moment ago are repeated, because they cannot wait.`,
      why,
      canary
        ? `Whether Airwallex answers again is asked at ${canary}, with a request that carries no token.`
        : 'Whether Airwallex answers again is asked every 15 seconds.',
    ]
  }
  return [
    `${since ? `Since ${since} one` : 'One'} renewal at a time is tried, interrupted ones first; the first that works lets everything through again.`,
    isTrying ? 'One is being tried now.' : why,
  ]
}
