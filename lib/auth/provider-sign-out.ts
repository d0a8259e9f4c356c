import 'server-only'
import { z } from 'zod'
import { log } from '@/lib/log'
import { readRawBody } from '@/lib/security/raw-body'
import type { SignInSettings } from './auth-config'

// Where a browser ends its session at the OpenID provider (OpenID Connect RP-Initiated Logout 1.0), after it has ended here.
// No ID token is kept to send along, so the provider asks the person, as it must without one (§2).

const ANSWER_MS = 2_000
const ANSWER_BYTES = 256 * 1_024
// The page that asks for this is anyone's to open; the provider is not asked each time.
const KNOWN_MS = 10 * 60_000
const UNKNOWN_MS = 30_000

const metadata = z.object({ issuer: z.string(), end_session_endpoint: z.url().optional() })

type Found = { readonly endpoint: string | null; readonly until: number }
const found = new Map<string, Promise<Found>>()

/** Null where the provider has no such place, or does not say so now. Never throws. */
export async function providerSignOutUrl({ appOrigin, oidc }: SignInSettings, now: Date): Promise<string | null> {
  const { issuer, clientId } = oidc
  let known = await found.get(issuer)
  if (!known || known.until <= now.getTime()) {
    const asking = ask(issuer, now)
    found.set(issuer, asking)
    known = await asking
  }
  if (!known.endpoint) return null
  const url = new URL(known.endpoint)
  url.searchParams.set('client_id', clientId)
  url.searchParams.set('post_logout_redirect_uri', `${appOrigin}/sign-in`)
  return url.href
}

async function ask(issuer: string, now: Date): Promise<Found> {
  try {
    const response = await fetch(`${withoutSlash(issuer)}/.well-known/openid-configuration`, {
      redirect: 'error',
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const body = await readRawBody(response, ANSWER_BYTES)
    if (!response.ok || body.kind !== 'read') throw new Error('The provider does not describe itself')
    const { issuer: named, end_session_endpoint: endpoint = null } = metadata.parse(
      JSON.parse(new TextDecoder().decode(body.bytes)),
    )
    if (withoutSlash(named) !== withoutSlash(issuer)) throw new Error('The provider describes another one')
    // As secure as the issuer, which the environment has judged.
    const isFit = endpoint === null || ['https:', new URL(issuer).protocol].includes(new URL(endpoint).protocol)
    return { endpoint: isFit ? endpoint : null, until: now.getTime() + KNOWN_MS }
  } catch (error) {
    log.warn('the provider does not say where to sign out', { error })
    return { endpoint: null, until: now.getTime() + UNKNOWN_MS }
  }
}

const withoutSlash = (issuer: string) => issuer.replace(/\/$/, '')
