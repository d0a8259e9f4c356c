import type { ViewerClock } from './time-zone'

type Style = 'exact' | 'minute' | 'clock' | 'day'

const OPTIONS: Readonly<Record<Style, Intl.DateTimeFormatOptions>> = {
  exact: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  },
  minute: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { year: 'numeric', month: 'short', day: 'numeric' },
}

// Making a formatter costs a hundred times what using one does. Zones are validated, so there are some hundreds.
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(style: Style, timeZone: string): Intl.DateTimeFormat {
  const key = `${style} ${timeZone}`
  let found = formatters.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat('en-US', { ...OPTIONS[style], timeZone, hourCycle: 'h23' })
    formatters.set(key, found)
  }
  return found
}

const inZone = (style: Style, at: Date, { timeZone }: ViewerClock) => formatter(style, timeZone ?? 'UTC').format(at)

/** "Nov 23, 2026, 14:32:08 GMT+8": for a title, where nothing may be left out. */
export const formatExact = (at: Date, clock: ViewerClock): string => inZone('exact', at, clock)

/** "Nov 23, 2026". */
export const formatDay = (at: Date, clock: ViewerClock): string => inZone('day', at, clock)

/** "14:32:08" on the viewer's today, else "Nov 22, 2026, 14:32"; with "UTC" while the zone is not known. */
export function formatMoment(at: Date, clock: ViewerClock): string {
  const isToday = formatDay(at, clock) === formatDay(clock.now, clock)
  const text = inZone(isToday ? 'clock' : 'minute', at, clock)
  return clock.timeZone === null ? `${text} UTC` : text
}
