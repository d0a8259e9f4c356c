import { randomBytes } from 'node:crypto'
import { sendMail } from '@/lib/mail/send-mail'
import { rateLimitStore } from '@/lib/security/rate-limit-store'
import { createMailbox, startSmtp } from '@/sandbox/identity/mailbox'
import { type AuthTime, startOidc } from '@/sandbox/identity/oidc'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { beginSignIn, completeSignIn } from '../auth'
import type { SignInDeps, SignInSettings } from '../auth-config'
import type { SignInCookie } from '../cookies'
import { partnerUserStore } from '../partner-user-store'
import type { RequestClient } from '../request-client'
import { sessionStore } from '../session-store'
import { signInLinkStore } from '../sign-in-link-store'
import { openedLinkCookie, readOpenedLink, requestSignInLink, signInByOpenedLink } from '../sign-in-links'

const APP_ORIGIN = 'https://dashboard.company.test'
const CLAIMS = { email: 'email', emailVerified: 'email_verified', name: 'name' }

/** A database of its own and a real OpenID provider, in which one request picks a person. */
export async function signInSetup() {
  const clientSecret = randomBytes(24).toString('base64url')
  const clientId = 'partner-dashboard'
  const mailbox = createMailbox()
  const says: { authTime: AuthTime } = { authTime: 'now' }
  const [database, provider, smtp] = await Promise.all([
    freshDatabase(),
    startOidc({ port: 0, clientId, clientSecret, appOrigin: APP_ORIGIN, authTime: () => says.authTime }),
    startSmtp(0, mailbox),
  ])
  const mailServer = { server: `smtp://localhost:${smtp.port}`, from: 'Dashboard <no-reply@company.test>' }
  const { origin: sandboxOrigin } = new URL(provider.issuer)
  const airwallex = { clientId: 'appid_signIn0001', clientSecret: randomBytes(24).toString('base64url') }
  const environment = testEnvironment({ databaseUrl: database.url, sandboxOrigin, ...airwallex })
  Object.assign(process.env, environment, { APP_ORIGIN, TRUSTED_PROXIES: '0' })
  const client = database.client()
  const settings: SignInSettings = {
    appOrigin: APP_ORIGIN,
    secret: randomBytes(32).toString('base64url'),
    oidc: { issuer: provider.issuer, clientId, clientSecret, name: 'Partner Test', claims: CLAIMS },
    emailDomains: ['partner.example'],
    open: false,
  }
  const deps: SignInDeps = {
    settings,
    sessions: sessionStore(client),
    partnerUsers: partnerUserStore(client),
    links: signInLinkStore(client),
    limits: rateLimitStore(client),
    // To the sandbox's own mail server, so that what is looked at has been a mail.
    sendMail: (mail) => sendMail(mail, mailServer),
  }
  return {
    ...database,
    deps,
    provider,
    /** What the provider says beside who someone is. */
    says,
    mailbox,
    withSettings: (change: Partial<SignInSettings>): SignInDeps => ({ ...deps, settings: { ...settings, ...change } }),
    async close() {
      await Promise.all([provider.close(), smtp.close()])
      await database.close()
    },
  }
}

/** A browser as far as signing in needs one: it keeps cookies and follows the provider. */
export function createBrowser(from: RequestClient = { address: '192.0.2.1', device: 'Firefox on Linux' }) {
  const own = new Map<string, string>()
  const theirs = new Map<string, string>()

  function keep(cookies: readonly SignInCookie[]) {
    for (const { name, value, attributes } of cookies) {
      if (attributes.maxAge > 0) own.set(name, value)
      else own.delete(name)
    }
  }

  async function visit(url: string, body?: URLSearchParams): Promise<string> {
    const cookie = Array.from(theirs, ([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(body && { method: 'POST', body }),
    })
    await response.arrayBuffer()
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1)
      theirs.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`${response.status} without a redirect from the provider`)
    return new URL(location, url).href
  }

  return {
    cookies: own,
    jar: {
      get: (name: string) => (own.has(name) ? { value: own.get(name) ?? '' } : undefined),
      getAll: () => Array.from(own, ([name, value]) => ({ name, value })),
    },

    /** To the provider; gives where it leads from there. */
    async leave(deps: SignInDeps, next: string | null = null): Promise<string> {
      const begun = await beginSignIn({ next, cookies: this.jar, from }, deps)
      if (begun.kind !== 'begun') throw new Error(`not begun: ${begun.reason}`)
      keep(begun.cookies)
      return visit(begun.authorizationUrl)
    },

    /** Up to the provider's answer, which nothing has looked at yet. */
    async reachCallback(deps: SignInDeps, person: string, next: string | null = null): Promise<URLSearchParams> {
      // The provider's own session is over: with two people in one it would ask which of them to sign out.
      theirs.clear()
      const interaction = await this.leave(deps, next)
      const resumed = await visit(interaction, new URLSearchParams({ person }))
      return new URL(await visit(resumed)).searchParams
    },

    async complete(deps: SignInDeps, parameters: URLSearchParams) {
      const completed = await completeSignIn({ parameters, cookies: this.jar, from }, deps)
      keep(completed.cookies)
      if (completed.kind === 'signed_in') await completed.followUp()
      return completed
    },

    /** Asks for a link and waits until the mail is out. */
    async askForLink(deps: SignInDeps, address: string, next: string | null = null) {
      const requested = await requestSignInLink({ address, next, cookies: this.jar, from }, deps)
      if (requested.kind !== 'accepted') return requested
      keep(requested.cookies)
      await requested.followUp()
      return requested
    },

    /** Takes the link's token as the route does, and nothing more. */
    openLink(deps: SignInDeps, url: string) {
      const cookie = openedLinkCookie(new URL(url).searchParams.get('token'), deps.settings.appOrigin)
      if (cookie) keep([cookie])
    },

    /** What the page says of the link that it is about. */
    async lookAtLink(deps: SignInDeps): Promise<string> {
      const link = await readOpenedLink(this.jar, deps)
      return link.kind === 'usable' ? link.shown : 'none'
    },

    /** Clicks on the page that `shown` is of: one that was opened just now, unless another is given. */
    async confirmLink(deps: SignInDeps, shown?: string) {
      const about = shown ?? (await this.lookAtLink(deps))
      const completed = await signInByOpenedLink({ cookies: this.jar, shown: about, from }, deps)
      keep(completed.cookies)
      if (completed.kind === 'signed_in') await completed.followUp()
      return completed
    },

    async signIn(deps: SignInDeps, person: string, next: string | null = null) {
      return this.complete(deps, await this.reachCallback(deps, person, next))
    },
  }
}
