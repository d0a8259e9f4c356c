import 'server-only'
import type { NextAuthOptions } from 'next-auth'
import type { Adapter, AdapterUser } from 'next-auth/adapters'
import { log } from '@/lib/log'
import type { Mail, MailOutcome } from '@/lib/mail/send-mail'
import { takeFromLimit } from '@/lib/security/rate-limit'
import type { RateLimitStore } from '@/lib/security/rate-limit-store'
import { attributesOf, SIGN_IN_SECONDS } from './cookies'
import { type PartnerUserStore, PROVIDER } from './partner-user-store'
import { HOME, safePath } from './safe-path'
import type { SessionStore } from './session-store'
import type { SignInLinkStore } from './sign-in-link-store'
import { accountId, type ClaimNames, judgeIdentity, type SignInPolicy, type SignInRefusal } from './sign-in-policy'

export type SignInSettings = {
  readonly appOrigin: string
  readonly secret: string
  readonly oidc: {
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: string
    readonly name: string
    readonly claims: ClaimNames
  }
  readonly emailDomains: readonly string[]
  readonly open: boolean
}

export type SignInDeps = {
  readonly settings: SignInSettings
  readonly sessions: SessionStore
  readonly partnerUsers: PartnerUserStore
  readonly links: SignInLinkStore
  readonly limits: RateLimitStore
  readonly sendMail: (mail: Mail) => Promise<MailOutcome>
}

/** Someone of whom next-auth has checked everything, and the claim that says when the provider asked them. */
export type Proved = { readonly userId: string; readonly authTime: unknown }
export type OnProved = (proved: Proved) => void

/**
 * What next-auth calls what it asks a browser to keep, and the salt of what it seals under that name. No browser sees these
 * names (sign-in-attempt.ts).
 */
export const KEPT = { state: 'state', pkce: 'pkce', nonce: 'nonce', callbackUrl: 'callback-url', csrf: 'csrf' } as const

/** The settings for next-auth: one OpenID provider, and none of what it would otherwise decide. */
export function authConfig(deps: SignInDeps, onProved: OnProved): NextAuthOptions {
  const { appOrigin, secret, oidc, emailDomains, open } = deps.settings
  const policy: SignInPolicy = { issuer: oidc.issuer, emailDomains, open, claims: oidc.claims }
  const kept = (name: string) => ({ name, options: attributesOf(appOrigin, SIGN_IN_SECONDS) })
  let authTime: unknown
  return {
    secret,
    adapter: adapter(deps, (userId) => onProved({ userId, authTime })),
    useSecureCookies: appOrigin.startsWith('https:'),
    session: { strategy: 'database' },
    cookies: {
      sessionToken: kept('session'),
      callbackUrl: kept(KEPT.callbackUrl),
      csrfToken: kept(KEPT.csrf),
      pkceCodeVerifier: kept(KEPT.pkce),
      state: kept(KEPT.state),
      nonce: kept(KEPT.nonce),
    },
    providers: [
      {
        id: PROVIDER,
        name: oidc.name,
        type: 'oauth',
        wellKnown: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        clientId: oidc.clientId,
        clientSecret: oidc.clientSecret,
        authorization: { params: { scope: 'openid email profile' } },
        idToken: true,
        checks: ['pkce', 'state', 'nonce'],
        httpOptions: { timeout: 5_000 },
        // Who it is in our words is read in `signIn`.
        profile: ({ iss, sub }: { iss: string; sub: string }) => ({ id: accountId({ issuer: iss, subject: sub }) }),
      },
    ],
    callbacks: {
      // The user, their sign-in account and their workspace are made here, in one transaction; next-auth, which would
      // make them one by one, finds them.
      async signIn({ profile }) {
        const refused = (reason: SignInRefusal, fault: { claim?: string; claimType?: string } = {}) => {
          log.warn('Sign-in refused', { reason, ...fault })
          return `/sign-in?error=${reason}`
        }
        try {
          const judgement = judgeIdentity(profile, policy)
          if (judgement.kind === 'refused') {
            const { kind: _, reason, ...fault } = judgement
            return refused(reason, fault)
          }
          authTime = (profile as { auth_time?: unknown } | undefined)?.auth_time
          const { identity } = judgement
          const account = accountId(identity)
          const taken = await takeFromLimit('sign_in.account', account, deps.limits)
          if (taken.kind === 'refused') return refused('too_many')
          const isStranger = judgement.kind === 'stranger'
          if (isStranger && !(await deps.partnerUsers.isInvited({ email: identity.email, account }))) {
            return refused('stranger')
          }
          const admission = await deps.partnerUsers.admit(identity)
          return admission.kind === 'disabled' ? refused('disabled') : true
        } catch (error) {
          // What is thrown here next-auth would put into the address, message and all.
          log.error('Sign-in failed', { error })
          return '/sign-in?error=failed'
        }
      },
      redirect: ({ url }) => `${appOrigin}${pathOf(url, appOrigin) ?? HOME}`,
    },
    logger: {
      error: (code, metadata) => log.error('Sign-in', { code, error: errorIn(metadata) }),
      warn: (code) => log.warn('Sign-in', { code }),
      debug: () => {},
    },
  }
}

/** The path of an address of this origin, or of a path; null for everything else. */
export const pathOf = (url: string, appOrigin: string): string | null =>
  safePath(url.startsWith(`${appOrigin}/`) ? url.slice(appOrigin.length) : url)

/**
 * What next-auth may do with the database. It cannot look people up by email address, link accounts or create users:
 * an identity that `signIn` did not admit finds nothing here and fails.
 */
function adapter({ partnerUsers }: SignInDeps, onProved: (userId: string) => void): Adapter {
  return {
    async getUserByAccount({ providerAccountId }) {
      return (await partnerUsers.findByAccount(providerAccountId)) as AdapterUser | null
    },
    /** The session itself is ours, whichever way someone signs in (start-session.ts). */
    async createSession(session) {
      onProved(session.userId)
      return session
    },
  }
}

const errorIn = (metadata: unknown): unknown =>
  metadata instanceof Error ? metadata : (metadata as { error?: unknown } | null)?.error
