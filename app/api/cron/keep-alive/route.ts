import { after } from 'next/server'
import { backgroundTasks } from '@/lib/background/tasks'
import { cronResponse } from '@/lib/security/cron-response'

export const dynamic = 'force-dynamic'
export const maxDuration = 90

const WORK_MS = 55_000

/** Called each minute: what webhooks left unfinished, then every connection whose refresh token is half through its life. */
export function GET(request: Request): Promise<Response> {
  return cronResponse(request, async () => {
    const signal = AbortSignal.timeout(WORK_MS)
    const inbox = await backgroundTasks.inbox(signal, (work) => after(work))
    return { ...inbox, ...(await backgroundTasks['keep-alive'](signal)) }
  })
}
