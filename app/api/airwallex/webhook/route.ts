import { after } from 'next/server'
import { receiveWebhook } from '@/lib/webhooks/receive-webhook'

export const dynamic = 'force-dynamic'
export const maxDuration = 60

/** Verify, store, 200. Only 200 counts as delivered. */
export async function POST(request: Request): Promise<Response> {
  const status = await receiveWebhook(request, (work) => after(work))
  return new Response(null, { status, headers: { 'cache-control': 'no-store' } })
}
