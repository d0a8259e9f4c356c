import { cache } from 'react'
import { viewerClock } from '@/components/shell/viewer-clock'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { getConnectionDetails } from '@/lib/connections/views'

/**
 * The connection that a page below `/connections/[id]` is about, read once a request; null when there is none in the
 * viewer's workspace. (These pages have no `loading.tsx`: what has begun to stream can no longer answer 404, and shows
 * nothing without JavaScript. They wait for one row of ours; what waits for Airwallex streams in.)
 */
export const readConnection = cache(async (id: string) => {
  const [partnerUser, clock] = await Promise.all([requirePartnerUser(), viewerClock()])
  const connection = await getConnectionDetails(partnerUser.workspace.id, id, clock.now)
  return connection && { partnerUser, clock, connection }
})
