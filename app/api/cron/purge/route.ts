import { backgroundTasks } from '@/lib/background/tasks'
import { cronResponse } from '@/lib/security/cron-response'

export const dynamic = 'force-dynamic'
export const maxDuration = 90

const WORK_MS = 55_000

/** Called each hour: deletes and compacts what is older than it is kept. */
export function GET(request: Request): Promise<Response> {
  return cronResponse(request, () => backgroundTasks.purge(AbortSignal.timeout(WORK_MS)))
}
