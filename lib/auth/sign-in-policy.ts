import { z } from 'zod'
import { emailAddress } from '@/lib/format/email-address'

/** Why no one was signed in. Each has its words in app/sign-in/sign-in-copy.ts. */
export const SIGN_IN_REFUSALS = [
  'stranger',
  'email_missing',
  'email_malformed',
  'email_verified_missing',
  'email_verified_not_boolean',
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

/** Whether it is about who signed in, so that another account may fare better. */
export const isOfPerson = (reason: SignInRefusal): boolean =>
  reason === 'stranger' || reason === 'disabled' || reason.startsWith('email_')

export type SignInPolicy = {
  readonly issuer: string
  /** Domains, in the spelling of DNS, whose verified addresses may sign in. */
  readonly emailDomains: readonly string[]
  /** Lets everyone in whom the provider vouches for. */
  readonly open: boolean
  /** What the provider calls these claims. */
  readonly claims: ClaimNames
}

/** What OpenID Connect Core §5.1 calls them. */
export const STANDARD_CLAIMS: ClaimNames = { email: 'email', emailVerified: 'email_verified', name: 'name' }

export type ClaimNames = { readonly email: string; readonly emailVerified: string; readonly name: string }

/** Someone is who their provider says, never who their email address says. */
export type Identity = {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly email: string
}

export type IdentityJudgement =
  /** Verified; a stranger's address is of no allowed domain, and only an invitation lets them in. */
  | { readonly kind: 'admitted' | 'stranger'; readonly identity: Identity }
  | {
      readonly kind: 'refused'
      readonly reason: SignInRefusal
      /** The claim that is at fault, and what it is instead of what it has to be. Never its value. */
      readonly claim?: string
      readonly claimType?: string
    }

const claims = z.object({
  iss: z.string(),
  // OpenID Connect Core §2: at most 255 ASCII characters.
  sub: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  name: z.string().max(200).optional().catch(undefined),
})

/** What someone types as their email address, in the spelling that is compared and kept. */
export const mailAddress = z
  .string()
  .trim()
  .max(254, 'is too long')
  .transform((typed, context) => {
    const address = emailAddress(typed)
    if (address === null) context.addIssue('is not an email address')
    return address ?? z.NEVER
  })

/** Judges the claims of a verified ID token. Not a stranger: whose verified address is of an allowed domain. */
export function judgeIdentity(input: unknown, policy: SignInPolicy): IdentityJudgement {
  const given = new Map(Object.entries(typeof input === 'object' && input !== null ? input : {}))
  const parsed = claims.safeParse({
    iss: given.get('iss'),
    sub: given.get('sub'),
    name: given.get(policy.claims.name),
  })
  if (!parsed.success || withoutSlash(parsed.data.iss) !== withoutSlash(policy.issuer)) {
    return { kind: 'refused', reason: 'failed' }
  }
  const { iss, sub, name } = parsed.data
  const email = judgeEmail(given, policy.claims)
  if (email.kind === 'refused') return email
  const { address } = email
  const identity = { issuer: iss, subject: sub, name: printable(name) || address, email: address }
  return { kind: mayEnter(address, policy) ? 'admitted' : 'stranger', identity }
}

type JudgedEmail =
  | { readonly kind: 'verified'; readonly address: string }
  | Extract<IdentityJudgement, { kind: 'refused' }>

/**
 * The address that the provider vouches for. Only the boolean `true` vouches (OpenID Connect Core §5.1): what some providers
 * send instead, the text "true", others send as "false" by mistake or let people write themselves. Each fault has its own
 * reason, since it is for the person's administrator to mend.
 */
function judgeEmail(given: ReadonlyMap<string, unknown>, names: ClaimNames): JudgedEmail {
  const refused = (reason: SignInRefusal, claim: string): JudgedEmail => {
    const value = given.get(claim)
    return { kind: 'refused', reason, claim, claimType: value === null ? 'null' : typeof value }
  }
  const [email, isVerified] = [given.get(names.email), given.get(names.emailVerified)]
  if (email === undefined || email === null || email === '') return refused('email_missing', names.email)
  const address = typeof email === 'string' ? emailAddress(email) : null
  if (address === null) return refused('email_malformed', names.email)
  if (isVerified === undefined || isVerified === null) return refused('email_verified_missing', names.emailVerified)
  if (typeof isVerified !== 'boolean') return refused('email_verified_not_boolean', names.emailVerified)
  return isVerified ? { kind: 'verified', address } : refused('email_not_verified', names.emailVerified)
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
