import 'server-only'
import { Issuer } from 'openid-client'
import { z } from 'zod'
import { log } from '@/lib/log'
import type { SignInSettings } from './auth-config'

// Where a browser ends its session at the OpenID provider (OpenID Connect RP-Initiated Logout 1.0), after it has ended here.
// No ID token is kept to send along, so the provider asks the person, as it must without one (§2).

// The page that asks for this is anyone's to open; the provider is not asked each time.
const KNOWN_MS = 10 * 60_000
const UNKNOWN_MS = 30_000

const description = z.object({ issuer: z.string(), end_session_endpoint: z.url().optional() })

/** `kind` is `silent` where the provider said nothing that could be used. */
type Answer = { readonly kind: 'described' | 'silent'; readonly endpoint: string | null }
type Known = { readonly answer: Promise<Answer>; until: number }
const known = new Map<string, Known>()

/** Null where the provider has no such place, or does not say so now. Never throws. */
export async function providerSignOutUrl({ appOrigin, oidc }: SignInSettings, now: Date): Promise<string | null> {
  const { endpoint } = await ask(oidc.issuer, now.getTime())
  if (!endpoint) return null
  const url = new URL(endpoint)
  url.searchParams.set('client_id', oidc.clientId)
  url.searchParams.set('post_logout_redirect_uri', `${appOrigin}/sign-in`)
  return url.href
}

async function ask(issuer: string, now: number): Promise<Answer> {
  const earlier = known.get(issuer)
  if (earlier && now < earlier.until) return earlier.answer
  const asking: Known = { answer: readMetadata(issuer), until: now + KNOWN_MS }
  known.set(issuer, asking)
  const answer = await asking.answer
  if (answer.kind === 'silent') asking.until = now + UNKNOWN_MS
  return answer
}

async function readMetadata(issuer: string): Promise<Answer> {
  try {
    // As next-auth reads it when someone signs in.
    const { metadata } = await Issuer.discover(`${withoutSlash(issuer)}/.well-known/openid-configuration`)
    const described = description.parse(metadata)
    if (withoutSlash(described.issuer) !== withoutSlash(issuer)) throw new Error('The provider describes another one')
    const endpoint = described.end_session_endpoint ?? null
    // As secure as the issuer, which the environment has judged.
    const isFit = endpoint !== null && ['https:', new URL(issuer).protocol].includes(new URL(endpoint).protocol)
    return { kind: 'described', endpoint: isFit ? endpoint : null }
  } catch (error) {
    log.warn('The provider does not say where to sign out', { error })
    return { kind: 'silent', endpoint: null }
  }
}

const withoutSlash = (issuer: string) => issuer.replace(/\/$/, '')
