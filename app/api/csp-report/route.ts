import { requestClient } from '@/lib/auth/request-client'
import { log } from '@/lib/log'
import { parseCspReport } from '@/lib/security/csp-report'
import { LIMITS } from '@/lib/security/limits'
import { takesOrDrops } from '@/lib/security/rate-limit'
import { readRawBody } from '@/lib/security/raw-body'

const LIMIT_BYTES = 16_384
const LIMIT = 'csp_report.address'

/** Browsers report here what the policy blocked. The answers carry no content. */
export async function POST(request: Request) {
  if (!(await takesOrDrops(LIMIT, requestClient(request.headers).address))) {
    return new Response(null, { status: 429, headers: { 'retry-after': String(LIMITS[LIMIT].seconds) } })
  }
  const body = await readRawBody(request, LIMIT_BYTES)
  if (body.kind !== 'read') return new Response(null, { status: body.kind === 'too_large' ? 413 : 400 })
  const violations = parseCspReport(Buffer.from(body.bytes).toString('utf8'))
  if (!violations) return new Response(null, { status: 400 })
  for (const { directive, blocked, page } of violations) {
    log.warn('Content blocked by the policy', { code: directive, reason: blocked, route: page })
  }
  return new Response(null, { status: 204 })
}
