const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

// From how many seconds on each unit is used: 90 minutes read better than "1 hour", 36 hours than "1 day".
const UNITS = [
  { unit: 'year', seconds: 365 * DAY, from: 540 * DAY },
  { unit: 'month', seconds: 30.44 * DAY, from: 100 * DAY },
  { unit: 'day', seconds: DAY, from: 36 * HOUR },
  { unit: 'hour', seconds: HOUR, from: 90 * MINUTE },
  { unit: 'minute', seconds: MINUTE, from: 90 },
  { unit: 'second', seconds: 1, from: 5 },
] as const

const words = new Intl.RelativeTimeFormat('en-US', { numeric: 'always' })

/** "3 minutes ago", "in 59 days", "just now". Rounded down, so that it never promises more time than there is. */
export function relativeTime(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1_000
  const scale = UNITS.find(({ from }) => Math.abs(seconds) >= from)
  return scale ? words.format(Math.trunc(seconds / scale.seconds), scale.unit) : 'just now'
}
