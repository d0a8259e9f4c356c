import { formatDay, formatExact, formatMoment } from '@/lib/format/instants'
import { relativeTime } from '@/lib/format/relative-time'
import type { ViewerClock } from '@/lib/format/time-zone'

type Props = {
  readonly at: Date
  readonly clock: ViewerClock
  /** `relative` says how far away it is when the page was made; `moment` and `day` do not go stale. */
  readonly as?: 'relative' | 'moment' | 'day'
  readonly className?: string | undefined
}

const FORMATS = {
  relative: (at: Date, clock: ViewerClock) => relativeTime(at, clock.now),
  moment: formatMoment,
  day: formatDay,
} as const

/** An instant in the viewer's zone, exact to the second in its title. */
export function Moment({ at, clock, as = 'relative', className }: Props) {
  return (
    <time dateTime={at.toISOString()} title={formatExact(at, clock)} className={className}>
      {FORMATS[as](at, clock)}
    </time>
  )
}
