import { z } from 'zod'

// Asked with `max_age`, a provider says in the ID token's `auth_time` when it last asked someone who they are (OpenID
// Connect Core §3.1.2.1), and a client that relies on it has to check it (§3.1.3.7 item 13): one that ignores `max_age` and
// `prompt` confirms the next person at a shared computer as the one before. Many say it unasked; a sign-in by their session
// is then as fresh as that session.

/** What the provider's clock and ours may differ by. */
export const AUTH_TIME_SKEW_MS = 60_000

/** Of a provider that does not say: long ago, however new the sign-in is. */
const UNDATED = new Date(0)

export type AuthTime =
  /** They were asked in this attempt. */
  | { readonly kind: 'asked' }
  /** They were not, and were `at` that time, or the provider says nothing that can be true. */
  | { readonly kind: 'not_asked_again' | 'not_dated'; readonly at: Date }

type Attempt = { readonly begunAt: Date; readonly answeredAt: Date }

export function judgeAuthTime(claim: unknown, { begunAt, answeredAt }: Attempt): AuthTime {
  const parsed = z.number().min(0).safeParse(claim)
  const ms = parsed.success ? parsed.data * 1_000 : Number.POSITIVE_INFINITY
  if (ms > answeredAt.getTime() + AUTH_TIME_SKEW_MS) return { kind: 'not_dated', at: UNDATED }
  const isEarlier = ms < begunAt.getTime() - AUTH_TIME_SKEW_MS
  return isEarlier ? { kind: 'not_asked_again', at: new Date(ms) } : { kind: 'asked' }
}
