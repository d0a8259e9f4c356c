import 'server-only'
import type { NextApiRequest, NextApiResponse } from 'next'
import NextAuth from 'next-auth'
import { decode } from 'next-auth/jwt'
import { tellNextAuth } from '@/lib/env'
import { authConfig, KEPT, type OnProved, type SignInDeps } from './auth-config'
import { PROVIDER } from './partner-user-store'
import type { SignInAttempt } from './sign-in-attempt'

// next-auth is called as a function, with what it needs and nothing else: no header, so no Host to trust; no session
// cookie, so that it can neither adopt one nor tie a new identity to the person already signed in.

type Call = {
  readonly action: 'signin' | 'callback'
  readonly method: 'GET' | 'POST'
  readonly query: Record<string, string>
  readonly body?: Record<string, string>
  readonly cookies: Record<string, string | undefined>
}

export async function callNextAuth(deps: SignInDeps, { action, query, ...call }: Call, onProved: OnProved = () => {}) {
  tellNextAuth(deps.settings.appOrigin)
  const headers = new Map<string, unknown>()
  const response = {
    getHeader: (name: string) => headers.get(name),
    setHeader: (name: string, value: unknown) => headers.set(name, value),
    status: () => response,
    json: () => {},
    send: () => {},
    end: () => {},
  }
  const request = { ...call, headers: {}, query: { ...query, nextauth: [action, PROVIDER] } }
  await NextAuth(
    request as unknown as NextApiRequest,
    response as unknown as NextApiResponse,
    authConfig(deps, onProved),
  )
  const location = headers.get('Location')
  return {
    location: typeof location === 'string' ? location : null,
    kept: (kind: keyof typeof KEPT) => valueIn(headers.get('Set-Cookie'), KEPT[kind]),
  }
}

/** What next-auth would have had a browser keep under a name. How it is kept is decided in sign-in-attempt.ts. */
function valueIn(setCookie: unknown, name: string): string {
  const lines: unknown[] = Array.isArray(setCookie) ? setCookie : []
  const line = lines.findLast((line) => typeof line === 'string' && line.startsWith(`${name}=`))
  return typeof line === 'string' ? decodeURIComponent(line.slice(name.length + 1).split(';', 1)[0] ?? '') : ''
}

/** When an attempt began, which its state says: sealed by next-auth, so that no browser can say otherwise. */
export async function begunAt({ state }: SignInAttempt, { settings: { secret } }: SignInDeps): Promise<Date> {
  const sealed = await decode({ token: state, secret, salt: KEPT.state })
  if (typeof sealed?.iat !== 'number') throw new Error('A state that next-auth accepted does not say when it was made')
  return new Date(sealed.iat * 1_000)
}
