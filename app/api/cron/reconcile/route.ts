import { after } from 'next/server'
import { backgroundTasks } from '@/lib/background/tasks'
import { cronResponse } from '@/lib/security/cron-response'

export const dynamic = 'force-dynamic'
export const maxDuration = 300

const WORK_MS = 250_000

/** Called twice an hour: compares with Airwallex's own list of connections. */
export function GET(request: Request): Promise<Response> {
  return cronResponse(request, () => backgroundTasks.reconcile(AbortSignal.timeout(WORK_MS), (work) => after(work)))
}
