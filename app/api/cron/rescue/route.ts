import { beat } from '@/lib/background/heartbeat'
import { rescueForCron } from '@/lib/background/rescue'
import { cronResponse } from '@/lib/security/cron-response'

export const dynamic = 'force-dynamic'
/** Longer than the scans: what the last one found is to be finished and not cut off in mid-refresh. */
export const maxDuration = 210

/** Called each minute; scans for interrupted rotations every five seconds, as the worker does, and overlaps the next two calls. */
export function GET(request: Request): Promise<Response> {
  return cronResponse(request, () => rescueForCron(() => void beat()))
}
