import { beat } from '@/lib/connections/heartbeat'
import { rescueLoop } from '@/lib/connections/rescue'
import { cronResponse } from '@/lib/security/cron-response'

export const dynamic = 'force-dynamic'
/** Longer than the scans: what the last one found is to be finished and not cut off in mid-refresh. */
export const maxDuration = 90

const SCANS_MS = 55_000

/** Called each minute; scans for interrupted rotations every five seconds of it, as the worker does. */
export function GET(request: Request): Promise<Response> {
  return cronResponse(request, () => rescueLoop(AbortSignal.timeout(SCANS_MS), () => void beat()))
}
