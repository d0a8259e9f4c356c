import { z } from 'zod'

/** Why nobody was signed in. Each has its words in app/sign-in/sign-in-copy.ts. */
export const SIGN_IN_REFUSALS = [
  'stranger',
  'email_not_verified',
  'disabled',
  'canceled',
  'expired',
  'link_over',
  'link_changed',
  'not_asked_again',
  'not_dated',
  'too_many',
  'provider_unreachable',
  'failed',
] as const
export type SignInRefusal = (typeof SIGN_IN_REFUSALS)[number]

/** The refusal that an address names, if it names one. */
export const signInRefusal = (value: unknown): SignInRefusal | null =>
  SIGN_IN_REFUSALS.find((reason) => reason === value) ?? null

export type SignInPolicy = {
  readonly issuer: string
  /** Lower-case domains whose verified addresses may sign in. */
  readonly emailDomains: readonly string[]
  /** Lets everybody in whom the provider vouches for. */
  readonly open: boolean
  /** What the provider calls these claims. */
  readonly claims: ClaimNames
}

export type ClaimNames = { readonly email: string; readonly emailVerified: string; readonly name: string }

/** Somebody is who their provider says, never who their e-mail address says. */
export type Identity = {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly email: string
}

export type IdentityJudgement =
  /** Verified; a stranger's address is of no allowed domain, and only an invitation lets them in. */
  | { readonly kind: 'admitted' | 'stranger'; readonly identity: Identity }
  | { readonly kind: 'refused'; readonly reason: 'email_not_verified' | 'failed' }

const claims = z.object({
  iss: z.string(),
  // OpenID Connect Core §2: at most 255 ASCII characters.
  sub: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  name: z.string().max(200).optional().catch(undefined),
  email: z.email().max(254).optional().catch(undefined),
  emailVerified: z.literal(true).optional().catch(undefined),
})

/** What somebody types as their e-mail address, in the spelling that is compared and kept. */
export const mailAddress = z.string().trim().toLowerCase().max(254, 'is too long').pipe(z.email('is no e-mail address'))

/** Judges the claims of a verified ID token. Not a stranger: whose verified address is of an allowed domain. */
export function judgeIdentity(input: unknown, policy: SignInPolicy): IdentityJudgement {
  const given = new Map(Object.entries(typeof input === 'object' && input !== null ? input : {}))
  const parsed = claims.safeParse({
    iss: given.get('iss'),
    sub: given.get('sub'),
    name: given.get(policy.claims.name),
    email: given.get(policy.claims.email),
    emailVerified: given.get(policy.claims.emailVerified),
  })
  if (!parsed.success || withoutSlash(parsed.data.iss) !== withoutSlash(policy.issuer)) {
    return { kind: 'refused', reason: 'failed' }
  }
  const { iss, sub, name, email, emailVerified } = parsed.data
  if (!email || !emailVerified) return { kind: 'refused', reason: 'email_not_verified' }
  const address = email.toLowerCase()
  const identity = { issuer: iss, subject: sub, name: printable(name) || address, email: address }
  return { kind: mayEnter(address, policy) ? 'admitted' : 'stranger', identity }
}

/** Whether a verified address lets its owner in, invited or not. */
export function mayEnter(
  address: string,
  { emailDomains, open }: Pick<SignInPolicy, 'emailDomains' | 'open'>,
): boolean {
  return open || emailDomains.includes(address.slice(address.lastIndexOf('@') + 1))
}

/** A subject is unique only within its issuer; an issuer has no fragment, so `#` divides them for certain. */
export const accountId = ({ issuer, subject }: Pick<Identity, 'issuer' | 'subject'>): string => `${issuer}#${subject}`

// Operators write the issuer with and without it; the two are never different providers.
const withoutSlash = (issuer: string) => issuer.replace(/\/$/, '')

const printable = (name = '') => name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').trim()
