// What this application calls its sign-in cookies, and how each is kept. With https they carry `__Host-` (RFC 6265bis
// §4.1.3.2), which no other host and no plain-text answer can set; without it there is only the loopback.

/** Hours a session lasts however busy it is. Never extended, so it is the cookie's life and the row's. */
export const SESSION_SECONDS = 12 * 60 * 60

/** How long somebody may take at the provider. */
export const SIGN_IN_SECONDS = 15 * 60

/** How long a link in a mail signs in. */
export const LINK_SECONDS = 10 * 60

/** How long a browser is remembered that nobody signs in with. */
export const DEVICE_SECONDS = 365 * 24 * 60 * 60

const COOKIES = {
  session: { name: 'pd.session', maxAge: SESSION_SECONDS },
  state: { name: 'pd.sign-in.state', maxAge: SIGN_IN_SECONDS },
  pkce: { name: 'pd.sign-in.pkce', maxAge: SIGN_IN_SECONDS },
  nonce: { name: 'pd.sign-in.nonce', maxAge: SIGN_IN_SECONDS },
  callbackUrl: { name: 'pd.sign-in.callback-url', maxAge: SIGN_IN_SECONDS },
  /** Tells the browser that asked for a link from every other. */
  linkBrowser: { name: 'pd.sign-in.link-browser', maxAge: LINK_SECONDS },
  /** The token of the link that was opened: the address bar, the history and the page do not hold it. */
  linkToken: { name: 'pd.sign-in.link', maxAge: LINK_SECONDS },
  /** No authority: it only saves a mail about a new device. */
  device: { name: 'pd.device', maxAge: DEVICE_SECONDS },
  csrf: { name: 'pd.csrf', maxAge: SIGN_IN_SECONDS },
} as const

export type CookieKind = keyof typeof COOKIES

export type CookieAttributes = {
  readonly httpOnly: true
  readonly secure: boolean
  /** Lax is sent with the top-level GET that comes back from the provider; Strict would not be. */
  readonly sameSite: 'lax' | 'strict'
  readonly path: '/'
  /** Seconds. */
  readonly maxAge: number
}

/** Next's request cookies, or any other jar. */
export type CookieJar = { get(name: string): { readonly value: string } | undefined }

const isHttps = (appOrigin: string) => appOrigin.startsWith('https:')

export const cookieName = (appOrigin: string, kind: CookieKind): string =>
  `${isHttps(appOrigin) ? '__Host-' : ''}${COOKIES[kind].name}`

export function cookieAttributes(appOrigin: string, kind: CookieKind): CookieAttributes {
  const sameSite = kind === 'csrf' ? 'strict' : 'lax'
  return { httpOnly: true, secure: isHttps(appOrigin), sameSite, path: '/', maxAge: COOKIES[kind].maxAge }
}

/** To be set on the answer. An empty value clears the cookie. */
export type SignInCookie = { readonly name: string; readonly value: string; readonly attributes: CookieAttributes }

export const keptCookie = (appOrigin: string, kind: CookieKind, value: string): SignInCookie => ({
  name: cookieName(appOrigin, kind),
  value,
  attributes: cookieAttributes(appOrigin, kind),
})

export const clearedCookie = (appOrigin: string, kind: CookieKind): SignInCookie => ({
  name: cookieName(appOrigin, kind),
  value: '',
  attributes: { ...cookieAttributes(appOrigin, kind), maxAge: 0 },
})
