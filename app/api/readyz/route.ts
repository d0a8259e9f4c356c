import { findUnready } from '@/lib/deployment/readiness-views'

export const dynamic = 'force-dynamic'

/** Whether this process can serve: 200 or 503, and nothing about why, which is in the log. */
export async function GET() {
  const isReady = (await findUnready()) === null
  return Response.json({ ready: isReady }, { status: isReady ? 200 : 503 })
}
