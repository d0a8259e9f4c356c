import { createHash } from 'node:crypto'
import { ownCookieName } from '@/lib/security/own-cookie-name'
import { attributesOf, type CookieJar, SIGN_IN_SECONDS, type SignInCookie } from './cookies'

// What a browser keeps of a sign-in that it began: one cookie an attempt, so that two tabs do not collide. The state that
// comes back from the provider says which of them is meant.

export type SignInAttempt = {
  /** Sealed by next-auth, which opens and compares them. */
  readonly state: string
  readonly pkce: string
  readonly nonce: string
  /** Where the sign-in leads. Text of the browser's, to be judged before it is used. */
  readonly next: string
}

/** As many as one browser keeps. Each takes up to 2.5 kB of every request, and servers take 16 kB of headers. */
export const ATTEMPTS_KEPT = 4

/** Next's request cookies, or any other jar that can be looked through. */
export type WholeJar = CookieJar & { getAll(): readonly { readonly name: string; readonly value: string }[] }

const PREFIX = 'sign-in.attempt.'

// A digest, since the state itself is what only the provider and this browser know.
const attemptName = (appOrigin: string, state: string) =>
  ownCookieName(appOrigin, `${PREFIX}${createHash('sha256').update(state).digest('base64url').slice(0, 22)}`)

/** Keeps an attempt, and forgets the oldest beyond what a browser keeps. */
export function attemptCookies(
  appOrigin: string,
  { attempt, state, at, jar }: { attempt: SignInAttempt; state: string; at: Date; jar: WholeJar },
): readonly SignInCookie[] {
  const { pkce, nonce, next } = attempt
  const value = [at.getTime(), attempt.state, pkce, nonce, Buffer.from(next).toString('base64url')].join('~')
  const kept = { name: attemptName(appOrigin, state), value, attributes: attributesOf(appOrigin, SIGN_IN_SECONDS) }
  const others = jar
    .getAll()
    .filter(({ name }) => name.startsWith(ownCookieName(appOrigin, PREFIX)) && name !== kept.name)
    .sort((one, other) => begunAt(other.value) - begunAt(one.value))
  return [kept, ...others.slice(ATTEMPTS_KEPT - 1).map(({ name }) => cleared(appOrigin, name))]
}

/** The attempt that an answer with this state is to; null where this browser has none. */
export function readAttempt(appOrigin: string, jar: CookieJar, state: string): SignInAttempt | null {
  const [, sealed, pkce, nonce, next] = jar.get(attemptName(appOrigin, state))?.value.split('~') ?? []
  if (!sealed || !pkce || !nonce || next === undefined) return null
  return { state: sealed, pkce, nonce, next: Buffer.from(next, 'base64url').toString() }
}

/** For an attempt that is over. */
export const spentAttempt = (appOrigin: string, state: string): SignInCookie =>
  cleared(appOrigin, attemptName(appOrigin, state))

const cleared = (appOrigin: string, name: string): SignInCookie => ({
  name,
  value: '',
  attributes: attributesOf(appOrigin, 0),
})

/** What is not one of ours is the first to go. */
const begunAt = (value: string) => Number(/^\d{1,15}(?=~)/.exec(value)?.[0] ?? 0)
