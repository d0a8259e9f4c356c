import 'server-only'
import { createHash } from 'node:crypto'
import { log } from '@/lib/log'
import { LIMITS, type LimitName } from './limits'
import { type RateLimitStore, rateLimitStore } from './rate-limit-store'

// How often something may happen (docs/security.md T30): windows in PostgreSQL, which all replicas share, one statement a
// take. A window begins with the first take, so twice a limit can pass around its end; the figures allow for that.
//
// Nothing opens when the database is away: a take throws what the database throws. Signing in and every action need the
// database anyway; a report or a delivery with a bad signature, of which no one would miss one, counts as over the limit.

export type Taken = { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly retryAfterSeconds: number }

/** Without a trusted proxy no one's address is known; everyone then shares one window, of this many times the size. */
const SHARED = 20

/**
 * Counts one more of `name` for `key`: a user's or a workspace's id, a mail address, what `clientAddress` says (null: it
 * is not known). Refused from the limit on until the window ends. @throws what the database throws.
 */
export async function takeFromLimit(
  name: LimitName,
  key: string | null,
  store: RateLimitStore = rateLimitStore(),
): Promise<Taken> {
  const { limit, seconds } = LIMITS[name]
  const allowed = key === null ? limit * SHARED : limit
  const { taken, leftSeconds } = await store.count({ bucket: name, key: digest(key), limit: allowed, seconds })
  if (taken <= allowed) return { kind: 'taken' }
  log.warn('A limit was reached', { code: name })
  return { kind: 'refused', retryAfterSeconds: Math.max(1, Math.ceil(leftSeconds)) }
}

/**
 * Whether all of these still let one pass, the narrowest first: a wider limit counts only what the narrower ones let
 * through. Otherwise one person's refused attempts use up what a whole workspace shares.
 */
export async function takeFromLimits(
  takes: readonly (readonly [LimitName, string | null])[],
  store: RateLimitStore = rateLimitStore(),
): Promise<Taken> {
  for (const [name, key] of takes) {
    const taken = await takeFromLimit(name, key, store)
    if (taken.kind === 'refused') return taken
  }
  return { kind: 'taken' }
}

/** For what no one would miss: an outage of the database counts as over the limit. */
export const takesOrDrops = (name: LimitName, key: string | null): Promise<boolean> =>
  takeFromLimit(name, key).then(
    ({ kind }) => kind === 'taken',
    () => false,
  )

// Nothing else that is limited by (ids, mail addresses, IPv4) looks like it.
const IPV6 = /^(?=.*:)[0-9a-f:]+$/i

/** The table is no list of addresses. Of IPv6 the first 64 bits: a household has them all (RFC 6177). */
function digest(key: string | null): string {
  const limited = key === null ? '*' : IPV6.test(key) ? network(key) : key.toLowerCase()
  return createHash('sha256').update(limited).digest('base64url')
}

function network(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]?.split('::') ?? []
  const before = head.split(':').filter(Boolean)
  const after = tail?.split(':').filter(Boolean) ?? []
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
