import type { Renewal } from '@/lib/connections/renewal'
import { formatMoment } from '@/lib/format/instants'
import type { ViewerClock } from '@/lib/format/time-zone'
import { interruptedInWords } from './renewal-copy'

type Props = {
  readonly renewal: Extract<Renewal, { kind: 'interrupted' }>
  readonly isQuarantined: boolean
  readonly clock: ViewerClock
}

/** A sent refresh whose answer did not come: what happens next, and by when. */
export function Interruption({ renewal, isQuarantined, clock }: Props) {
  const { since, windowEndsAt, next } = renewal
  const times = {
    since: formatMoment(since, clock),
    nextBy: next.kind === 'by' ? formatMoment(next.at, clock) : null,
    windowEnds: formatMoment(windowEndsAt, clock),
  }
  return interruptedInWords(renewal, times, isQuarantined).map((sentence) => <p key={sentence}>{sentence}</p>)
}
