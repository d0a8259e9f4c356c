import { type NextRequest, NextResponse } from 'next/server'
import { endSession } from '@/lib/auth/auth'
import { cookieAttributes, cookieName } from '@/lib/auth/cookies'
import { isFromOwnOrigin } from '@/lib/auth/own-origin'
import { env } from '@/lib/env'

/** Ends the session here and in the browser, which also forgets every page it has kept. */
export async function POST(request: NextRequest) {
  const { appOrigin } = env()
  if (!isFromOwnOrigin(request.headers, appOrigin)) return new NextResponse(null, { status: 403 })

  const name = cookieName(appOrigin, 'session')
  await endSession(request.cookies.get(name)?.value)
  const response = NextResponse.redirect(new URL('/sign-in', appOrigin), 303)
  response.cookies.set(name, '', { ...cookieAttributes(appOrigin, 'session'), maxAge: 0 })
  response.headers.set('Clear-Site-Data', '"cache", "storage"')
  return response
}
