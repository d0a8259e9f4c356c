import { randomBytes } from 'node:crypto'
import { startOidc } from '@/sandbox/identity/oidc'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { beginSignIn, completeSignIn, type SignInCookie } from '../auth'
import type { SignInDeps, SignInSettings } from '../auth-config'
import { partnerUserStore } from '../partner-user-store'
import { sessionStore } from '../session-store'

const APP_ORIGIN = 'https://dashboard.company.test'

/** A database of its own and a real OpenID provider, in which one request picks a person. */
export async function signInSetup() {
  const clientSecret = randomBytes(24).toString('base64url')
  const clientId = 'partner-dashboard'
  const [database, provider] = await Promise.all([
    freshDatabase(),
    startOidc({ port: 0, clientId, clientSecret, appOrigin: APP_ORIGIN }),
  ])
  const client = database.client()
  const settings: SignInSettings = {
    appOrigin: APP_ORIGIN,
    secret: randomBytes(32).toString('base64url'),
    oidc: { issuer: provider.issuer, clientId, clientSecret, name: 'Partner Test' },
    emailDomains: ['partner.example'],
    open: false,
  }
  const deps: SignInDeps = { settings, sessions: sessionStore(client), partnerUsers: partnerUserStore(client) }
  return {
    ...database,
    deps,
    provider,
    withSettings: (change: Partial<SignInSettings>): SignInDeps => ({ ...deps, settings: { ...settings, ...change } }),
    async close() {
      await provider.close()
      await database.close()
    },
  }
}

/** A browser as far as signing in needs one: it keeps cookies and follows the provider. */
export function createBrowser() {
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
    jar: { get: (name: string) => (own.has(name) ? { value: own.get(name) ?? '' } : undefined) },

    /** Up to the provider's answer, which nothing has looked at yet. */
    async reachCallback(deps: SignInDeps, person: string, next: string | null = null): Promise<URLSearchParams> {
      const begun = await beginSignIn({ next }, deps)
      if (begun.kind !== 'begun') throw new Error(`not begun: ${begun.reason}`)
      keep(begun.cookies)
      // The provider's own session is over: with two people in one it would ask which of them to sign out.
      theirs.clear()
      const interaction = await visit(begun.authorizationUrl)
      const resumed = await visit(interaction, new URLSearchParams({ person }))
      return new URL(await visit(resumed)).searchParams
    },

    async complete(deps: SignInDeps, parameters: URLSearchParams) {
      const completed = await completeSignIn({ parameters, cookies: this.jar }, deps)
      keep(completed.cookies)
      return completed
    },

    async signIn(deps: SignInDeps, person: string, next: string | null = null) {
      return this.complete(deps, await this.reachCallback(deps, person, next))
    },
  }
}
