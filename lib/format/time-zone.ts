/** The zone an instant is shown in: the viewer's, once their browser has reported it, else UTC. */
export type ViewerClock = {
  readonly now: Date
  /** IANA name; null until known, when times are UTC and say so. */
  readonly timeZone: string | null
}

export const TIME_ZONE_COOKIE = 'pd.zone'

const MAX_CHARACTERS = 64

/** A cookie is anyone's text: null unless Intl knows the zone. */
export function parseTimeZone(value: string | undefined): string | null {
  if (!value || value.length > MAX_CHARACTERS || !/^[A-Za-z0-9_+\-/]+$/.test(value)) return null
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: value }).resolvedOptions().timeZone
  } catch {
    return null
  }
}
