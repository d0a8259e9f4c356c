import { type NextRequest, NextResponse } from 'next/server'
import { openedLinkCookie } from '@/lib/auth/sign-in-links'
import { env } from '@/lib/env'

/**
 * Where a link in a mail leads: takes the token out of the address and goes on to a clean one. Uses nothing up and asks
 * the database nothing: mail scanners and previews open links too.
 */
export function GET(request: NextRequest) {
  const { appOrigin } = env()
  const response = NextResponse.redirect(new URL('/sign-in/link', appOrigin), 303)
  const cookie = openedLinkCookie(request.nextUrl.searchParams.get('token'), appOrigin)
  if (cookie) response.cookies.set(cookie.name, cookie.value, cookie.attributes)
  return response
}
