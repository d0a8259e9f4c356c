import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { sendMail } from '@/lib/mail/send-mail'
import { takeFromLimit } from '@/lib/security/rate-limit'
import { rateLimitStore } from '@/lib/security/rate-limit-store'
import { KEPT, type Proved, pathOf, type SignInDeps } from './auth-config'
import { judgeAuthTime } from './auth-time'
import { begunAt, callNextAuth } from './call-next-auth'
import { type CookieJar, clearedCookie, cookieName, keptCookie, type SignInCookie } from './cookies'
import { isOpaqueToken } from './opaque-token'
import { PROVIDER, partnerUserStore } from './partner-user-store'
import type { RequestClient } from './request-client'
import { HOME, isConfirming } from './safe-path'
import { sessionStore } from './session-store'
import { attemptCookies, readAttempt, spentAttempt, type WholeJar } from './sign-in-attempt'
import { signInLinkStore } from './sign-in-link-store'
import { isOfPerson, type SignInRefusal, signInRefusal } from './sign-in-policy'
import { type Started, startSession } from './start-session'

export { PROVIDER }

export type BegunSignIn =
  | { readonly kind: 'begun'; readonly authorizationUrl: string; readonly cookies: readonly SignInCookie[] }
  | { readonly kind: 'refused'; readonly reason: SignInRefusal }

export type CompletedSignIn =
  | ({ readonly kind: 'signed_in'; readonly path: string } & Started)
  | {
      readonly kind: 'refused'
      readonly reason: SignInRefusal
      /** Where the sign-in was to lead, for the next try. */
      readonly path: string | null
      readonly cookies: readonly SignInCookie[]
    }

export function signInDeps(): SignInDeps {
  const { appOrigin, signIn } = env()
  return {
    settings: { appOrigin, ...signIn },
    sessions: sessionStore(),
    partnerUsers: partnerUserStore(),
    links: signInLinkStore(),
    limits: rateLimitStore(),
    sendMail,
  }
}

type Begin = { readonly next: string | null; readonly cookies: WholeJar; readonly from: RequestClient }

/** Starts signing in at the provider; `next` is where it leads in the end. */
export async function beginSignIn({ next, cookies: jar, from }: Begin, deps = signInDeps()): Promise<BegunSignIn> {
  const { appOrigin, secret } = deps.settings
  const taken = await takeFromLimit('sign_in.begun.address', from.address, deps.limits)
  if (taken.kind === 'refused') return { kind: 'refused', reason: 'too_many' }
  // next-auth wants its own proof that the request came from its page; ours is checked before (form-action.ts).
  const csrfToken = randomBytes(32).toString('hex')
  const csrfDigest = createHash('sha256').update(`${csrfToken}${secret}`).digest('hex')
  const { location, kept } = await callNextAuth(deps, {
    action: 'signin',
    method: 'POST',
    query: asks(next, jar, appOrigin),
    body: { csrfToken, callbackUrl: next ?? HOME },
    cookies: { [KEPT.csrf]: `${csrfToken}|${csrfDigest}` },
  })
  if (!location || location.startsWith(`${appOrigin}/`)) return { kind: 'refused', reason: 'provider_unreachable' }
  const state = new URL(location).searchParams.get('state') ?? ''
  const attempt = { state: kept('state'), pkce: kept('pkce'), nonce: kept('nonce'), next: next ?? HOME }
  const cookies = attemptCookies(appOrigin, { attempt, state, at: new Date(), jar })
  return { kind: 'begun', authorizationUrl: location, cookies }
}

/**
 * The provider's own session signs people in (docs/adr/0035). It is asked to ask where a fresh sign-in is wanted, and then also
 * to say when it asked (auth-time.ts); and in a browser where someone signed out or was refused, which one click would undo.
 */
function asks(next: string | null, jar: CookieJar, appOrigin: string): Record<string, string> {
  if (isConfirming(next)) return { prompt: 'login', max_age: '0' }
  return jar.get(cookieName(appOrigin, 'askAgain')) ? { prompt: 'login' } : {}
}

type Callback = {
  readonly parameters: URLSearchParams
  readonly cookies: CookieJar
  readonly from: RequestClient
}

/**
 * Completes it: judges what the provider answered and makes a new session. An earlier one of this browser ends, unless
 * this was to confirm who it is, and the provider did not ask.
 */
export async function completeSignIn(callback: Callback, deps = signInDeps()): Promise<CompletedSignIn> {
  const { appOrigin } = deps.settings
  const state = callback.parameters.get('state') ?? ''
  const attempt = readAttempt(appOrigin, callback.cookies, state)
  const path = pathOf(attempt?.next ?? '', appOrigin)
  const unfit = judgeParameters(callback.parameters)
  const spent = attempt ? [spentAttempt(appOrigin, state)] : []
  if (unfit) return { kind: 'refused', reason: unfit, path, cookies: unfit === 'canceled' ? spent : [] }
  if (!attempt) return { kind: 'refused', reason: 'expired', path, cookies: [] }
  const taken = await takeFromLimit('sign_in.answered.address', callback.from.address, deps.limits)
  if (taken.kind === 'refused') return { kind: 'refused', reason: 'too_many', path, cookies: [] }

  let proved: Proved | null = null
  const call = {
    action: 'callback',
    method: 'GET',
    query: Object.fromEntries(callback.parameters),
    cookies: {
      [KEPT.state]: attempt.state,
      [KEPT.pkce]: attempt.pkce,
      [KEPT.nonce]: attempt.nonce,
      [KEPT.callbackUrl]: attempt.next,
    },
  } as const
  const { location } = await callNextAuth(deps, call, (who) => {
    proved = who
  })
  if (!location || !proved) {
    const reason = refusalIn(location, appOrigin)
    const cookies = isOfPerson(reason) ? [...spent, keptCookie(appOrigin, 'askAgain', 'yes')] : spent
    return { kind: 'refused', reason, path, cookies }
  }
  const { userId, authTime }: Proved = proved
  const asked = judgeAuthTime(authTime, { begunAt: await begunAt(attempt, deps), answeredAt: new Date() })
  const authenticatedAt = asked.kind === 'asked' ? undefined : asked.at
  if (asked.kind !== 'asked' && isConfirming(path)) {
    log.warn('A sign-in confirms nothing', { reason: asked.kind })
    return { kind: 'refused', reason: asked.kind, path, cookies: spent }
  }
  const started = await startSession(
    { userId, way: 'single_sign_on', cookies: callback.cookies, from: callback.from, authenticatedAt },
    deps,
  )
  return {
    kind: 'signed_in',
    path: pathOf(location, appOrigin) ?? HOME,
    ...started,
    cookies: [...spent, clearedCookie(appOrigin, 'askAgain'), ...started.cookies],
  }
}

function judgeParameters(parameters: URLSearchParams): SignInRefusal | null {
  const names = [...parameters.keys()]
  if (new Set(names).size !== names.length) return 'failed'
  const error = parameters.get('error')
  if (error === 'access_denied') return 'canceled'
  return error === null && parameters.has('code') && parameters.has('state') ? null : 'failed'
}

function refusalIn(location: string | null, appOrigin: string): SignInRefusal {
  const reason = location ? new URL(location, appOrigin).searchParams.get('error') : null
  return signInRefusal(reason) ?? 'failed'
}

/** Ends the session of a cookie's value, if there is one. The person may still be signed in at the provider. */
export async function endSession(token: string | undefined): Promise<{ readonly isOfProvider: boolean }> {
  return isOpaqueToken(token) ? sessionStore().signOut(token) : { isOfProvider: true }
}
