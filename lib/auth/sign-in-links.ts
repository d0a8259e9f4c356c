import { withOrigin } from '@/lib/audit/origin'
import { log } from '@/lib/log'
import { takeFromLimit } from '@/lib/security/rate-limit'
import { type CompletedSignIn, signInDeps } from './auth'
import { type CookieJar, clearedCookie, cookieName, keptCookie, type SignInCookie } from './cookies'
import { createOpaqueToken, digestOpaqueToken, isOpaqueToken } from './opaque-token'
import type { RequestClient } from './request-client'
import { HOME, safePath } from './safe-path'
import { linkMail } from './sign-in-mails'
import { mayEnter, type SignInRefusal } from './sign-in-policy'
import { startSession } from './start-session'

// Signing in by a link in a mail (docs/adr/0028). Everyone who asks gets the same answer, and before any lookup: that
// an address is known, allowed or turned off shows neither in words nor in time.

/** The route that takes a link's token out of the address. */
export const LINK_PATH = '/api/auth/link'

export type RequestedLink =
  | {
      readonly kind: 'accepted'
      readonly cookies: readonly SignInCookie[]
      /** Sends the mail, if the address may have one; for after the answer. Never throws. */
      readonly followUp: () => Promise<void>
    }
  | { readonly kind: 'too_many' }

type LinkRequest = {
  /** In lower case. */
  readonly address: string
  readonly next: string | null
  readonly cookies: CookieJar
  readonly from: RequestClient
}

/** Asks for a link. The answer says nothing about the address. */
export async function requestSignInLink(request: LinkRequest, deps = signInDeps()): Promise<RequestedLink> {
  const taken = await takeFromLimit('sign_in.link.address', request.from.address, deps.limits)
  if (taken.kind === 'refused') return { kind: 'too_many' }
  // One value for every link that this browser asks for: it may open any of them, the older ones included.
  const browser = linkCookies(request.cookies, deps.settings.appOrigin).browser ?? createOpaqueToken()
  return {
    kind: 'accepted',
    cookies: [keptCookie(deps.settings.appOrigin, 'linkBrowser', browser)],
    async followUp() {
      try {
        const outcome = await sendLink(request, browser, deps)
        log.info('A sign-in link was asked for', { outcome })
        // Beyond the recipient's limit nothing is written either: anyone can ask.
        if (outcome === 'too_many') return
        await withOrigin(request.from, () => deps.links.noteRequested(request.address, outcome))
      } catch (error) {
        log.error('A sign-in link could not be made', { error })
      }
    },
  }
}

async function sendLink({ address, next }: LinkRequest, browser: string, deps: ReturnType<typeof signInDeps>) {
  const { settings, links, limits, partnerUsers } = deps
  const taken = await takeFromLimit('sign_in.link.recipient', address, limits)
  if (taken.kind === 'refused') return 'too_many'
  if (!mayEnter(address, settings) && !(await partnerUsers.isInvited({ email: address, account: null }))) {
    return 'stranger'
  }
  const token = createOpaqueToken()
  await links.create({
    address,
    tokenDigest: digestOpaqueToken(token),
    browserDigest: digestOpaqueToken(browser),
    next,
  })
  const url = `${settings.appOrigin}${LINK_PATH}?token=${token}`
  const mail = linkMail({ to: address, url, appOrigin: settings.appOrigin })
  return (await deps.sendMail(mail)).kind
}

/** The cookie that takes a link's token from its address to the page; null where that is no token. */
export function openedLinkCookie(token: string | null, appOrigin: string): SignInCookie | null {
  return isOpaqueToken(token) ? keptCookie(appOrigin, 'linkToken', token) : null
}

export type OpenedLink =
  /** `isSameBrowser`: it was asked for in this browser, and no click is needed. */
  | {
      readonly kind: 'usable'
      readonly address: string
      readonly isSameBrowser: boolean
      /** Comes back with the form: which link the page was about. */
      readonly shown: string
    }
  /** Used, too old, or never one. */
  | { readonly kind: 'over' }

/** What the link that this browser opened would do. Changes nothing. */
export async function readOpenedLink(cookies: CookieJar, deps = signInDeps()): Promise<OpenedLink> {
  const { token, browser } = linkCookies(cookies, deps.settings.appOrigin)
  const link = token ? await deps.links.find(digestOpaqueToken(token)) : null
  if (!token || !link) return { kind: 'over' }
  const isSameBrowser = browser !== null && digestOpaqueToken(browser) === link.browserDigest
  return { kind: 'usable', address: link.address, isSameBrowser, shown: digestShown(token) }
}

type Use = {
  readonly cookies: CookieJar
  /** What the page said of the link that it was about. */
  readonly shown: string
  readonly from: RequestClient
}

/**
 * Signs in by the link that this browser opened, once. Refused where another one was opened after the page was shown:
 * anything can lead a browser to the route that takes a link in, and the page names a person whom the click is meant for.
 */
export async function signInByOpenedLink({ cookies, shown, from }: Use, deps = signInDeps()): Promise<CompletedSignIn> {
  const { settings, links, limits, partnerUsers } = deps
  const spent = [clearedCookie(settings.appOrigin, 'linkToken')]
  const refused = (reason: SignInRefusal, path: string | null = null): CompletedSignIn => {
    log.warn('Sign-in refused', { reason })
    const isOver = reason !== 'too_many' && reason !== 'link_changed'
    return { kind: 'refused', reason, path, cookies: isOver ? spent : [] }
  }
  const answered = await takeFromLimit('sign_in.answered.address', from.address, limits)
  if (answered.kind === 'refused') return refused('too_many')
  const { token } = linkCookies(cookies, settings.appOrigin)
  if (token && digestShown(token) !== shown) {
    return refused((await links.find(digestOpaqueToken(token))) ? 'link_changed' : 'link_over')
  }
  const link = token ? await links.use(digestOpaqueToken(token)) : null
  if (!link) return refused('link_over')

  const { address, next } = link
  if ((await takeFromLimit('sign_in.account', address, limits)).kind === 'refused') return refused('too_many', next)
  // Judged again: minutes have passed, and an invitation may have been withdrawn.
  if (!mayEnter(address, settings) && !(await partnerUsers.isInvited({ email: address, account: null }))) {
    return refused('stranger', next)
  }
  const admission = await partnerUsers.admitAddress(address)
  if (admission.kind === 'disabled') return refused('disabled', next)
  const started = await startSession({ userId: admission.userId, way: 'email_link', cookies, from }, deps)
  return { kind: 'signed_in', path: safePath(next) ?? HOME, ...started, cookies: [...spent, ...started.cookies] }
}

/** Not what is stored of a token: what a page holds is of no use with the table. */
const digestShown = (token: string): string => digestOpaqueToken(`shown ${token}`)

function linkCookies(cookies: CookieJar, appOrigin: string) {
  const given = (kind: 'linkToken' | 'linkBrowser') => {
    const value = cookies.get(cookieName(appOrigin, kind))?.value
    return isOpaqueToken(value) ? value : null
  }
  return { token: given('linkToken'), browser: given('linkBrowser') }
}
