import { z } from 'zod'

/** Why nobody was signed in. Each has its words in app/sign-in/sign-in-copy.ts. */
export const SIGN_IN_REFUSALS = [
  'stranger',
  'email_not_verified',
  'disabled',
  'canceled',
  'expired',
  'provider_unreachable',
  'failed',
] as const
export type SignInRefusal = (typeof SIGN_IN_REFUSALS)[number]

export type SignInPolicy = {
  readonly issuer: string
  /** Lower-case domains whose verified addresses may sign in. */
  readonly emailDomains: readonly string[]
  /** Lets everybody in whom the provider vouches for. */
  readonly open: boolean
}

/** Somebody is who their provider says, never who their e-mail address says. */
export type Identity = {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly email: string
}

export type IdentityJudgement =
  | { readonly kind: 'admitted'; readonly identity: Identity }
  | { readonly kind: 'refused'; readonly reason: 'stranger' | 'email_not_verified' | 'failed' }

const claims = z.object({
  iss: z.string(),
  // OpenID Connect Core §2: at most 255 ASCII characters.
  sub: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  name: z.string().max(200).optional().catch(undefined),
  email: z.email().max(254).optional().catch(undefined),
  email_verified: z.literal(true).optional().catch(undefined),
})

/** Judges the claims of a verified ID token. Not a stranger: whose verified address is of an allowed domain. */
export function judgeIdentity(input: unknown, policy: SignInPolicy): IdentityJudgement {
  const parsed = claims.safeParse(input)
  if (!parsed.success || withoutSlash(parsed.data.iss) !== withoutSlash(policy.issuer)) {
    return { kind: 'refused', reason: 'failed' }
  }
  const { iss, sub, name, email, email_verified: isVerified } = parsed.data
  if (!email || !isVerified) return { kind: 'refused', reason: 'email_not_verified' }
  const address = email.toLowerCase()
  const domain = address.slice(address.lastIndexOf('@') + 1)
  if (!policy.open && !policy.emailDomains.includes(domain)) return { kind: 'refused', reason: 'stranger' }
  return { kind: 'admitted', identity: { issuer: iss, subject: sub, name: printable(name) || address, email: address } }
}

/** A subject is unique only within its issuer; an issuer has no fragment, so `#` divides them for certain. */
export const accountId = ({ issuer, subject }: Pick<Identity, 'issuer' | 'subject'>): string => `${issuer}#${subject}`

// Operators write the issuer with and without it; the two are never different providers.
const withoutSlash = (issuer: string) => issuer.replace(/\/$/, '')

const printable = (name = '') => name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').trim()
