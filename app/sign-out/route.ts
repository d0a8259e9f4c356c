import { type NextRequest, NextResponse } from 'next/server'
import { endSession } from '@/lib/auth/auth'
import { clearedCookie, cookieName } from '@/lib/auth/cookies'
import { isFromOwnOrigin } from '@/lib/auth/own-origin'
import { env } from '@/lib/env'

/** Ends the session here and in the browser, which also forgets every page it has kept. */
export async function POST(request: NextRequest) {
  const { appOrigin } = env()
  if (!isFromOwnOrigin(request.headers, appOrigin)) return new NextResponse(null, { status: 403 })

  await endSession(request.cookies.get(cookieName(appOrigin, 'session'))?.value)
  const response = NextResponse.redirect(new URL('/sign-in', appOrigin), 303)
  const { name, value, attributes } = clearedCookie(appOrigin, 'session')
  response.cookies.set(name, value, attributes)
  response.headers.set('Clear-Site-Data', '"cache", "storage"')
  return response
}
