import { ownCookieName } from '@/lib/security/own-cookie-name'

// What this application calls its sign-in cookies, and how each is kept.

/** Hours a session lasts however busy it is. Never extended, so it is the cookie's life and the row's. */
export const SESSION_SECONDS = 12 * 60 * 60

/** How long someone may take at the provider. */
export const SIGN_IN_SECONDS = 15 * 60

/** How long a link in a mail signs in. */
export const LINK_SECONDS = 10 * 60

/** How long a browser is remembered that no one signs in with. */
export const DEVICE_SECONDS = 365 * 24 * 60 * 60

const COOKIES = {
  session: { name: 'session', maxAge: SESSION_SECONDS },
  /** Identifies the browser that asked for a link. */
  linkBrowser: { name: 'sign-in.link-browser', maxAge: LINK_SECONDS },
  /** The token of the link that was opened: the address bar, the history and the page do not hold it. */
  linkToken: { name: 'sign-in.link', maxAge: LINK_SECONDS },
  /** The next sign-in asks who it is: someone signed out here, or was refused and may try another account. */
  askAgain: { name: 'sign-in.ask', maxAge: DEVICE_SECONDS },
  /** No authority: it only saves a mail about a new device. */
  device: { name: 'device', maxAge: DEVICE_SECONDS },
} as const

export type CookieKind = keyof typeof COOKIES

export type CookieAttributes = {
  readonly httpOnly: true
  readonly secure: boolean
  /** Lax is sent with the top-level GET that comes back from the provider; Strict would not be. */
  readonly sameSite: 'lax'
  readonly path: '/'
  /** Seconds. */
  readonly maxAge: number
}

/** Next's request cookies, or any other jar. */
export type CookieJar = { get(name: string): { readonly value: string } | undefined }

export const cookieName = (appOrigin: string, kind: CookieKind): string => ownCookieName(appOrigin, COOKIES[kind].name)

/** With a `maxAge` of 0, for clearing: a browser compares the rest. */
export const attributesOf = (appOrigin: string, maxAge: number): CookieAttributes => ({
  httpOnly: true,
  secure: appOrigin.startsWith('https:'),
  sameSite: 'lax',
  path: '/',
  maxAge,
})

/** To be set on the answer. An empty value clears the cookie. */
export type SignInCookie = { readonly name: string; readonly value: string; readonly attributes: CookieAttributes }

export const keptCookie = (appOrigin: string, kind: CookieKind, value: string): SignInCookie => ({
  name: cookieName(appOrigin, kind),
  value,
  attributes: attributesOf(appOrigin, COOKIES[kind].maxAge),
})

export const clearedCookie = (appOrigin: string, kind: CookieKind): SignInCookie => ({
  name: cookieName(appOrigin, kind),
  value: '',
  attributes: attributesOf(appOrigin, 0),
})
