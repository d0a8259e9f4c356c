import { cookies } from 'next/headers'
import { cache } from 'react'
import { now } from '@/lib/clock'
import { parseTimeZone, TIME_ZONE_COOKIE, type ViewerClock } from '@/lib/format/time-zone'

/** One now for everything a request renders, in the time zone that the viewer's browser reported. */
export const viewerClock = cache(
  async (): Promise<ViewerClock> => ({
    now: now(),
    timeZone: parseTimeZone((await cookies()).get(TIME_ZONE_COOKIE)?.value),
  }),
)
