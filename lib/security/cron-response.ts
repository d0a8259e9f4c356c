import { createHash, timingSafeEqual } from 'node:crypto'
import { env } from '@/lib/env'
import { log } from '@/lib/log'

const headers = { 'cache-control': 'no-store' }

/**
 * Runs a cron route's work for a caller who knows `CRON_SECRET` (`Authorization: Bearer`, as Vercel sends it) and
 * answers its counts. 404 where none is configured: then there are no cron routes. 401 with another one. 500 when the
 * work failed; the next call tries again.
 */
export async function cronResponse(
  request: Request,
  work: () => Promise<object>,
  secret: string | null = env().cronSecret,
): Promise<Response> {
  if (secret === null) return new Response(null, { status: 404, headers })
  if (!isSame(request.headers.get('authorization') ?? '', `Bearer ${secret}`)) {
    log.warn('A cron request was refused', { status: 401 })
    return new Response(null, { status: 401, headers })
  }
  try {
    return Response.json(await work(), { headers })
  } catch (error) {
    log.error('A cron route failed', { route: new URL(request.url).pathname, error })
    return new Response(null, { status: 500, headers })
  }
}

/** Digests have one length and tell nothing of how much agreed. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}
