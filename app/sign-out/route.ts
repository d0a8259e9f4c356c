import { type NextRequest, NextResponse } from 'next/server'
import { endSession } from '@/lib/auth/auth'
import { clearedCookie, cookieName, keptCookie } from '@/lib/auth/cookies'
import { isFromOwnOrigin } from '@/lib/auth/own-origin'
import { env } from '@/lib/env'

/**
 * Ends the session here and in the browser, which also forgets every page it has kept. The next sign-in in this browser asks
 * who it is; a person of the provider's goes on to end the provider's session.
 */
export async function POST(request: NextRequest) {
  const { appOrigin } = env()
  if (!isFromOwnOrigin(request.headers, appOrigin)) return new NextResponse(null, { status: 403 })

  const { isOfProvider } = await endSession(request.cookies.get(cookieName(appOrigin, 'session'))?.value)
  const next = isOfProvider ? '/sign-out/provider' : '/sign-in'
  const response = NextResponse.redirect(new URL(next, appOrigin), 303)
  for (const cookie of [clearedCookie(appOrigin, 'session'), keptCookie(appOrigin, 'askAgain', 'yes')]) {
    response.cookies.set(cookie.name, cookie.value, cookie.attributes)
  }
  response.headers.set('Clear-Site-Data', '"cache", "storage"')
  return response
}
