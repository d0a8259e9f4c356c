/**
 * One grant and its chain of refresh tokens, as a pure state machine: what Airwallex does with a presented token,
 * in each of the four ways its documentation leaves open. Times are milliseconds of the sandbox's clock.
 */
export const DIALECTS = ['tree', 'same', 'newest', 'linear'] as const
export type Dialect = (typeof DIALECTS)[number]

/**
 * How a presented refresh token stands to the chain:
 * `current` was never exchanged; `previous_*` was, but none of its successors has been presented yet, so the client
 * may not have received them; `older` has a successor that was presented, or was replaced by a newer sibling.
 */
export type RefreshTokenClass =
  | 'current'
  | 'previous_in_grace'
  | 'previous_after_grace'
  | 'older'
  | 'unknown'
  | 'of_dead_grant'

export type EndReason =
  | 'refresh_token_reuse'
  | 'code_reuse'
  | 'disconnected_by_owner'
  | 'consenting_user_lost_role'
  | 'account_suspended'
  | 'account_closed'
  | 'replaced_by_new_consent'
  | 'revoked_by_client'

type RefreshToken = {
  readonly serial: number
  readonly parent: number | null
  readonly expiresAt: number
  /** Its first exchange, or in the linear dialect the moment a newer token was issued past it. */
  readonly supersededAt: number | null
  readonly successorPresented: boolean
  readonly replaced: boolean
}

export type Grant = {
  readonly lastSerial: number
  /** Tokens whose fate is not settled; one that is missing here and not newer than the last is a breach. */
  readonly tokens: readonly RefreshToken[]
  readonly endedBy: EndReason | null
}

/**
 * Tokens whose successor was presented and whose grace still runs are kept up to this number, so that a presentation
 * takes constant time; only a client that rotates more than twice a second can meet the limit.
 */
const KEPT_SUPERSEDED = 32

export type Figures = { dialect: Dialect; graceMs: number; refreshTokenMs: number }

export type RefreshOutcome =
  | { kind: 'rotated'; serial: number; again: boolean }
  | { kind: 'replayed'; serial: number }
  | { kind: 'refused'; reason: 'expired' | 'successor_presented' | 'unknown' | 'dead_grant' }
  | { kind: 'breach' }

export function startGrant(now: number, figures: Figures): Grant {
  return { lastSerial: 1, tokens: [issue(1, null, now, figures)], endedBy: null }
}

export function endGrant(grant: Grant, reason: EndReason): Grant {
  return grant.endedBy === null ? { ...grant, tokens: [], endedBy: reason } : grant
}

export function expiryOf(grant: Grant, serial: number): number | undefined {
  return find(grant, serial)?.expiresAt
}

export function classify(grant: Grant, serial: number, now: number, figures: Figures): RefreshTokenClass {
  if (grant.endedBy !== null) return 'of_dead_grant'
  if (serial < 1 || serial > grant.lastSerial) return 'unknown'
  const token = find(grant, serial)
  if (!token || token.replaced || token.successorPresented) return 'older'
  if (token.supersededAt === null) return 'current'
  return inGrace(token, now, figures) ? 'previous_in_grace' : 'previous_after_grace'
}

/** Presents a refresh token; the outcome and the grant afterwards. Refusals change nothing, a breach ends the grant. */
export function refresh(
  grant: Grant,
  serial: number,
  now: number,
  figures: Figures,
): { grant: Grant; outcome: RefreshOutcome } {
  const outcome = decide(grant, serial, now, figures)
  if (outcome.kind === 'breach') return { grant: endGrant(grant, 'refresh_token_reuse'), outcome }
  if (outcome.kind === 'refused') return { grant, outcome }
  const parent = find(grant, serial)?.parent
  const tokens = grant.tokens.map((token) => {
    if (token.serial === serial) return { ...token, supersededAt: token.supersededAt ?? now }
    if (token.serial === parent) return { ...token, successorPresented: true }
    if (outcome.kind !== 'rotated') return token
    if (figures.dialect === 'newest' && token.parent === serial) return { ...token, replaced: true }
    if (figures.dialect === 'linear') return { ...token, supersededAt: token.supersededAt ?? now }
    return token
  })
  if (outcome.kind === 'rotated') tokens.push(issue(outcome.serial, serial, now, figures))
  const lastSerial = outcome.kind === 'rotated' ? outcome.serial : grant.lastSerial
  return { grant: { lastSerial, tokens: withoutSettled(tokens, now, figures), endedBy: null }, outcome }
}

function decide(grant: Grant, serial: number, now: number, figures: Figures): RefreshOutcome {
  const rotated = (again: boolean) => ({ kind: 'rotated', serial: grant.lastSerial + 1, again }) as const
  const tokenClass = classify(grant, serial, now, figures)
  if (tokenClass === 'of_dead_grant') return { kind: 'refused', reason: 'dead_grant' }
  if (tokenClass === 'unknown') return { kind: 'refused', reason: 'unknown' }
  const token = find(grant, serial)
  if (!token || token.replaced) return { kind: 'breach' }
  if (tokenClass === 'current') {
    return now < token.expiresAt ? rotated(false) : { kind: 'refused', reason: 'expired' }
  }
  if (!inGrace(token, now, figures)) return { kind: 'breach' }
  switch (figures.dialect) {
    case 'tree':
      return rotated(true)
    case 'same': {
      const successor = grant.tokens.find((other) => other.parent === serial)
      return successor ? { kind: 'replayed', serial: successor.serial } : rotated(true)
    }
    case 'newest':
      return token.successorPresented ? { kind: 'refused', reason: 'successor_presented' } : rotated(true)
    case 'linear':
      return serial === grant.lastSerial - 1 ? rotated(true) : { kind: 'breach' }
  }
}

function issue(serial: number, parent: number | null, now: number, figures: Figures): RefreshToken {
  const expiresAt = now + figures.refreshTokenMs
  return { serial, parent, expiresAt, supersededAt: null, successorPresented: false, replaced: false }
}

function find(grant: Grant, serial: number): RefreshToken | undefined {
  return grant.tokens.find((token) => token.serial === serial)
}

// The minute is over at its sixtieth second: the boundary itself is already too late.
function inGrace(token: RefreshToken, now: number, figures: Figures): boolean {
  return token.supersededAt !== null && now - token.supersededAt < figures.graceMs
}

function withoutSettled(tokens: RefreshToken[], now: number, figures: Figures): RefreshToken[] {
  const open = tokens.filter((token) => !isSettled(token, now, figures))
  if (open.length <= KEPT_SUPERSEDED) return open
  const oldest = open.findIndex((token) => token.successorPresented)
  return open.filter((_, index) => index !== oldest)
}

/** Presenting it again is a breach from now on, whatever else happens: it need not be remembered. */
function isSettled(token: RefreshToken, now: number, figures: Figures): boolean {
  return token.replaced || (token.successorPresented && !inGrace(token, now, figures))
}
