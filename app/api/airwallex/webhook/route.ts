import { after } from 'next/server'
import { LIMITS } from '@/lib/security/limits'
import { receiveWebhook } from '@/lib/webhooks/receive-webhook'

export const dynamic = 'force-dynamic'
export const maxDuration = 60

const RETRY_AFTER = String(LIMITS['webhook.refused.address'].seconds)

/** Verify, store, 200. Only 200 counts as delivered. */
export async function POST(request: Request): Promise<Response> {
  const status = await receiveWebhook(request, (work) => after(work))
  const headers = { 'cache-control': 'no-store', ...(status === 429 && { 'retry-after': RETRY_AFTER }) }
  return new Response(null, { status, headers })
}
