import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { isFromOwnOrigin } from '@/lib/auth/own-origin'
import { PATH_HEADER } from '@/lib/auth/request-path'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { documentPolicy } from '@/lib/security/content-security-policy'
import { isPlainHttp, STRICT_TRANSPORT_SECURITY } from '@/lib/security/transport'

// Headers and early refusals; never the authorization decision, which every page, action and route takes for itself.

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const BODY_LIMIT_BYTES = 64 * 1024 // next.config.mjs: serverActions.bodySizeLimit
const PROBES = new Set(['/api/livez', '/api/readyz'])

export function proxy(request: NextRequest) {
  const { appOrigin, airwallex, isDevelopment } = env()
  const { pathname, search } = request.nextUrl
  const isHttps = appOrigin.startsWith('https:')
  const answer = (response: NextResponse) => {
    if (isHttps) response.headers.set('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY)
    return response
  }

  // Load balancers ask for the probes directly; they show nothing.
  if (isPlainHttp(request.headers, appOrigin) && !PROBES.has(pathname)) {
    return SAFE_METHODS.has(request.method)
      ? answer(NextResponse.redirect(`${appOrigin}${pathname}${search}`, 308))
      : answer(new NextResponse(null, { status: 403 }))
  }
  // Next would answer 500 after having read as much.
  if (Number(request.headers.get('content-length') ?? 0) > BODY_LIMIT_BYTES) {
    return answer(new NextResponse(null, { status: 413 }))
  }
  const isPage = !pathname.startsWith('/api/')
  // Actions check this themselves; here it also spares Next an Origin that it cannot parse.
  if (isPage && !SAFE_METHODS.has(request.method) && !isFromOwnOrigin(request.headers, appOrigin)) {
    log.warn('An action was called from elsewhere')
    return answer(new NextResponse(null, { status: 403 }))
  }

  // Whatever a client sent under these names is overwritten: Next takes the nonce from the request's policy, its own
  // origin from the forwarded host, and we the way back to the page after signing in.
  const headers = new Headers(request.headers)
  headers.set('x-forwarded-host', new URL(appOrigin).host)
  headers.set(PATH_HEADER, `${pathname}${search}`)
  headers.delete('content-security-policy-report-only')
  if (!isPage) {
    headers.delete('x-nonce')
    headers.delete('content-security-policy')
    return answer(NextResponse.next({ request: { headers } }))
  }
  const nonce = randomBytes(16).toString('base64')
  const policy = documentPolicy({
    nonce,
    appOrigin,
    authorizationEndpoint: airwallex.authorizationEndpoint,
    isDevelopment,
  })
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = answer(NextResponse.next({ request: { headers } }))
  response.headers.set('Content-Security-Policy', policy)
  return response
}

export const config = {
  // Not for hashed assets, which are the same for everyone, nor for the webhook, whose body a proxy would cut.
  matcher: ['/((?!_next/static/|_next/image|api/airwallex/webhook).*)'],
}
