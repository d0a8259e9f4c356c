import { after, type NextRequest, NextResponse } from 'next/server'
import { withOrigin } from '@/lib/audit/origin'
import { getPartnerUser } from '@/lib/auth/partner-user'
import { requestClient } from '@/lib/auth/request-client'
import { attemptCookieAttributes } from '@/lib/authorization/attempt-cookie'
import { completeAuthorization, resultUrl } from '@/lib/authorization/complete'
import { env } from '@/lib/env'

export const dynamic = 'force-dynamic'
export const maxDuration = 90

/** The redirection endpoint (RFC 6749 §3.1.2): always a 303 to a clean address, which nothing of the query reaches. */
export async function GET(request: NextRequest): Promise<Response> {
  const { appOrigin } = env()
  const result = await withOrigin(requestClient(request.headers), () =>
    completeAuthorization({
      partnerUser: getPartnerUser, // null is an outcome, not a redirect: signed out meanwhile
      attemptCookies: request.cookies,
      parameters: request.nextUrl.searchParams,
      defer: (work) => after(work),
    }),
  )
  const response = NextResponse.redirect(resultUrl(result, appOrigin), 303)
  response.headers.set('referrer-policy', 'no-referrer')
  response.headers.set('cache-control', 'no-store')
  if (result.spentCookie) {
    response.cookies.set(result.spentCookie, '', { ...attemptCookieAttributes(appOrigin), maxAge: 0 })
  }
  return response
}

/** Next would run GET for it: what looks at a link must not use it up. */
export function HEAD(): Response {
  return new Response(null, { status: 405, headers: { allow: 'GET' } })
}
