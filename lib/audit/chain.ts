import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

/** A row of `audit_event` without its hash. */
export type ChainedRow = {
  readonly id: string
  readonly workspaceId: string | null
  readonly sequence: number
  /** ISO 8601 in UTC, to the microsecond, which a Date would cut off. */
  readonly at: string
  readonly actorKind: string
  readonly actorUserId: string | null
  readonly actorName: string | null
  readonly action: string
  readonly connectionId: string | null
  readonly subjectUserId: string | null
  readonly subjectName: string | null
  readonly originAddress: string | null
  readonly originDevice: string | null
  readonly outcome: string
  readonly detail: unknown
}

/** What a chain begins with, in hexadecimal. */
export const GENESIS = '00'.repeat(32)

/** The name of the deployment's own chain among those of workspaces. */
export const DEPLOYMENT_CHAIN = '00000000-0000-0000-0000-000000000000'

export const chainOf = (workspaceId: string | null): string => workspaceId ?? DEPLOYMENT_CHAIN

/** HMAC-SHA-256 over the hash before (32 bytes) and the canonical row, in hexadecimal. */
export function chainHash(key: KeyObject, before: string, row: ChainedRow): string {
  // Of a row that was read, its own hash is no part.
  const canonical = canonicalJson({ ...row, hash: null })
  return createHmac('sha256', key).update(Buffer.from(before, 'hex')).update(canonical).digest('hex')
}

/** What `head` signs. Its first byte is none that a hashed row can have after 32 bytes of hash and `{`. */
export function headMac(key: KeyObject, head: Readonly<Record<string, unknown>>): string {
  return createHmac('sha256', key).update('audit head\n').update(canonicalJson(head)).digest('hex')
}

export const sameHash = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/**
 * JSON as RFC 8785 writes it: members sorted by UTF-16 code units, no white space, ECMAScript's own numbers and strings.
 * Unlike there, members that are null are left out: a column that is added later must not change what older rows hash to.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== null && member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
