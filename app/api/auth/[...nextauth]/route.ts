import { after, type NextRequest, NextResponse } from 'next/server'
import { withOrigin } from '@/lib/audit/origin'
import { completeSignIn, PROVIDER } from '@/lib/auth/auth'
import { requestClient } from '@/lib/auth/request-client'
import { env } from '@/lib/env'

type Context = { readonly params: Promise<{ nextauth: string[] }> }

/**
 * Where the OpenID provider sends the browser back, and nothing else of next-auth: its pages, its session and its
 * sign-out endpoints do not exist here.
 */
export async function GET(request: NextRequest, { params }: Context) {
  const { nextauth } = await params
  if (nextauth.join('/') !== `callback/${PROVIDER}`) return new NextResponse(null, { status: 404 })

  const from = requestClient(request.headers)
  const result = await withOrigin(from, () =>
    completeSignIn({ parameters: request.nextUrl.searchParams, cookies: request.cookies, from }),
  )
  if (result.kind === 'signed_in') after(result.followUp)
  const location = new URL(result.kind === 'signed_in' ? result.path : '/sign-in', env().appOrigin)
  if (result.kind === 'refused') {
    location.searchParams.set('error', result.reason)
    if (result.path) location.searchParams.set('next', result.path)
  }
  const response = NextResponse.redirect(location, 303)
  for (const { name, value, attributes } of result.cookies) response.cookies.set(name, value, attributes)
  return response
}

/** Next would run GET for it: what looks at a link must not use it up. */
export function HEAD(): Response {
  return new Response(null, { status: 405, headers: { allow: 'GET' } })
}
