import 'server-only'
import type { NextAuthOptions } from 'next-auth'
import type { Adapter, AdapterUser } from 'next-auth/adapters'
import { log } from '@/lib/log'
import { cookieAttributes, cookieName, SESSION_SECONDS } from './cookies'
import { type PartnerUserStore, PROVIDER } from './partner-user-store'
import { HOME, safePath } from './safe-path'
import type { SessionStore } from './session-store'
import { createSessionToken } from './session-token'
import { accountId, judgeIdentity, type SignInPolicy, type SignInRefusal } from './sign-in-policy'

export type SignInSettings = {
  readonly appOrigin: string
  readonly secret: string
  readonly oidc: {
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: string
    readonly name: string
  }
  readonly emailDomains: readonly string[]
  readonly open: boolean
}

export type SignInDeps = {
  readonly settings: SignInSettings
  readonly sessions: SessionStore
  readonly partnerUsers: PartnerUserStore
}

type Claims = { readonly iss: string; readonly sub: string; readonly name?: string; readonly email?: string }

/** What next-auth is told: one OpenID provider, database sessions, and nothing of what it would otherwise decide. */
export function authConfig(deps: SignInDeps): NextAuthOptions {
  const { appOrigin, secret, oidc, emailDomains, open } = deps.settings
  const policy: SignInPolicy = { issuer: oidc.issuer, emailDomains, open }
  const cookie = (kind: Parameters<typeof cookieName>[1]) => ({
    name: cookieName(appOrigin, kind),
    options: cookieAttributes(appOrigin, kind),
  })
  return {
    secret,
    adapter: adapter(deps),
    useSecureCookies: appOrigin.startsWith('https:'),
    session: {
      strategy: 'database',
      maxAge: SESSION_SECONDS,
      // Equal to `maxAge`: a session is never extended, twelve hours are twelve hours.
      updateAge: SESSION_SECONDS,
      generateSessionToken: createSessionToken,
    },
    cookies: {
      sessionToken: cookie('session'),
      callbackUrl: cookie('callbackUrl'),
      csrfToken: cookie('csrf'),
      pkceCodeVerifier: cookie('pkce'),
      state: cookie('state'),
      nonce: cookie('nonce'),
    },
    providers: [
      {
        id: PROVIDER,
        name: oidc.name,
        type: 'oauth',
        wellKnown: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        clientId: oidc.clientId,
        clientSecret: oidc.clientSecret,
        // Always asks who it is: signing out here would otherwise be undone by one click on a shared computer.
        authorization: { params: { scope: 'openid email profile', prompt: 'login' } },
        idToken: true,
        checks: ['pkce', 'state', 'nonce'],
        httpOptions: { timeout: 5_000 },
        profile: ({ iss, sub, name, email }: Claims) => ({
          id: accountId({ issuer: iss, subject: sub }),
          name: name ?? null,
          email: email ?? null,
        }),
      },
    ],
    callbacks: {
      // The user, their sign-in account and their workspace are made here, in one transaction; next-auth, which would
      // make them one by one, finds them.
      async signIn({ profile }) {
        const refused = (reason: SignInRefusal) => {
          log.warn('sign-in refused', { reason })
          return `/sign-in?error=${reason}`
        }
        try {
          const judgement = judgeIdentity(profile, policy)
          if (judgement.kind === 'refused') return refused(judgement.reason)
          const admission = await deps.partnerUsers.admit(judgement.identity)
          if (admission.kind === 'disabled') return refused('disabled')
          log.info('signed in', { userId: admission.userId })
          return true
        } catch (error) {
          // What is thrown here next-auth would put into the address, message and all.
          log.error('sign-in failed', { error })
          return '/sign-in?error=failed'
        }
      },
      redirect: ({ url }) => `${appOrigin}${pathOf(url, appOrigin) ?? HOME}`,
    },
    logger: {
      error: (code, metadata) => log.error('sign-in', { code, error: errorIn(metadata) }),
      warn: (code) => log.warn('sign-in', { code }),
      debug: () => {},
    },
  }
}

/** The path of an address of this origin, or of a path; null for everything else. */
export const pathOf = (url: string, appOrigin: string): string | null =>
  safePath(url.startsWith(`${appOrigin}/`) ? url.slice(appOrigin.length) : url)

/**
 * What next-auth may do with the database. It cannot look people up by e-mail address, link accounts or create users:
 * an identity that `signIn` did not admit finds nothing here and fails.
 */
function adapter({ partnerUsers, sessions }: SignInDeps): Adapter {
  return {
    async getUserByAccount({ providerAccountId }) {
      return (await partnerUsers.findByAccount(providerAccountId)) as AdapterUser | null
    },
    async createSession({ sessionToken, userId, expires }) {
      await sessions.create({ token: sessionToken, userId, expires })
      return { sessionToken, userId, expires }
    },
  }
}

const errorIn = (metadata: unknown): unknown =>
  metadata instanceof Error ? metadata : (metadata as { error?: unknown } | null)?.error
