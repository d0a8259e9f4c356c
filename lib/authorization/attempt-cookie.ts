import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { ownCookieName } from '@/lib/security/own-cookie-name'
import { Secret } from '@/lib/vault/secret'

// One cookie an attempt, so that two tabs do not collide. It ties the callback to the browser that began.

export const AUTHORIZATION_LIFE_SECONDS = 600

export type AttemptCookie = {
  readonly name: string
  readonly value: string
  readonly attributes: {
    readonly httpOnly: true
    readonly secure: boolean
    /** Lax is sent with the top-level GET that comes back from Airwallex; Strict would not be. */
    readonly sameSite: 'lax'
    readonly path: '/'
    readonly maxAge: number
  }
}

/** Next's request cookies, or any other jar. */
export type CookieJar = { get(name: string): { readonly value: string } | undefined }

export const attemptCookieName = (appOrigin: string, pendingAuthorizationId: string): string =>
  ownCookieName(appOrigin, `oauth.${pendingAuthorizationId}`)

/** 32 random bytes, base64url. */
export const createAttemptSecret = (): Secret => new Secret(randomBytes(32).toString('base64url'))

/** SHA-256 in hexadecimal: what is stored of the cookie. */
export const digestAttempt = (value: string): string => createHash('sha256').update(value).digest('hex')

export function attemptCookie(appOrigin: string, pendingAuthorizationId: string, secret: Secret): AttemptCookie {
  return {
    name: attemptCookieName(appOrigin, pendingAuthorizationId),
    value: secret.reveal(),
    attributes: attemptCookieAttributes(appOrigin),
  }
}

/** Also for deleting it, with `maxAge: 0`: a browser compares them. */
export function attemptCookieAttributes(appOrigin: string): AttemptCookie['attributes'] {
  return {
    httpOnly: true,
    secure: appOrigin.startsWith('https:'),
    sameSite: 'lax',
    path: '/',
    maxAge: AUTHORIZATION_LIFE_SECONDS,
  }
}

/** Whether the browser that came back is the one that began. */
export function isSameBrowser(jar: CookieJar, name: string, cookieDigest: string): boolean {
  const given = Buffer.from(digestAttempt(jar.get(name)?.value ?? ''))
  const expected = Buffer.from(cookieDigest)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
