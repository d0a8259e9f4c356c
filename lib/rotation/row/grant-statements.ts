import type { Lineage } from './lineage'
import { type CredentialRow, isPastWindow, isSameVersion, type ReauthorizationReason, type TokenVersion } from './row'
import { type AttemptKey, unmarked } from './statements'

/**
 * The updates that end or replace a grant (rotation.md step 12 and the terminal rule), and those that lie over it.
 * Each that ends or replaces one bumps `fence` and `grant_no`: whatever is in flight can no longer commit.
 */
export type RejectArgs = AttemptKey & { readonly reason: ReauthorizationReason; readonly lineage: Lineage }
export type TerminalArgs = RejectArgs & { readonly windowMs: number }

/** A pair as the code exchange gave it, sealed for `grantNo + 1` and `generation + 1` of the row it replaces. */
export type GrantArgs = {
  readonly sealedAccessToken: string | null
  readonly sealedRefreshToken: string
  readonly accessTokenLifeSeconds: number
  readonly refreshTokenLifeSeconds: number
  readonly elapsedMs: number
  readonly keepAliveInMs: number
}
export type ReauthorizeArgs = TokenVersion & GrantArgs

/** `invalid_grant`, by compare-and-swap of the attempt that got it. */
export function applyReject(row: CredentialRow, args: RejectArgs, now: number): CredentialRow | null {
  const mine = row.status === 'active' && isSameVersion(row, args) && row.sentFence === args.fence
  return mine ? ended(row, 'reauthorization_required', args.reason, now) : null
}

/** The window is over and no late probe may follow. Under a claim that has waited for a living holder's commit. */
export function applyTerminal(row: CredentialRow, args: TerminalArgs, now: number): CredentialRow | null {
  const mine = row.status === 'active' && isSameVersion(row, args) && row.fence === args.fence
  return mine && isPastWindow(row, now, args.windowMs) ? ended(row, 'reauthorization_required', args.reason, now) : null
}

/** By the partner user, here. The caller gets the row as it was, for one best-effort revocation. */
export function applyDisconnect(row: CredentialRow, now: number): CredentialRow | null {
  return row.status === 'disconnected' ? null : ended(row, 'disconnected', null, now)
}

/** Airwallex says that this grant is over (a confirmed event, reconciliation, a diagnosis). */
export function applyEndGrant(
  row: CredentialRow,
  args: { grantNo: number; reason: ReauthorizationReason },
  now: number,
): CredentialRow | null {
  if (row.status !== 'active' || row.grantNo !== args.grantNo) return null
  return ended(row, 'reauthorization_required', args.reason, now)
}

/** A new grant for this connection, whatever became of the old one. Freeze and quarantine stay as they are. */
export function applyReauthorize(row: CredentialRow, args: ReauthorizeArgs, now: number): CredentialRow | null {
  if (!isSameVersion(row, args)) return null
  return {
    ...row,
    ...grantColumns(args, now),
    fence: row.fence + 1,
    grantNo: row.grantNo + 1,
    generation: row.generation + 1,
  }
}

/** The columns of a fresh grant, for a reauthorization and for the first row alike (then fence 0, grant 1, generation 1). */
export function grantColumns(args: GrantArgs, now: number) {
  const accessLifeMs = args.accessTokenLifeSeconds * 1_000
  return {
    ...unmarked,
    status: 'active',
    reason: null,
    statusSince: now,
    sealedAccessToken: args.sealedAccessToken,
    sealedRefreshToken: args.sealedRefreshToken,
    accessTokenLifeSeconds: args.accessTokenLifeSeconds,
    accessTokenExpiresAt: now + accessLifeMs - args.elapsedMs,
    refreshTokenExpiresAt: now + args.refreshTokenLifeSeconds * 1_000 - args.elapsedMs,
    authorizedAt: now,
    rotatedAt: now,
    keepAliveAt: now + args.keepAliveInMs,
    sentFence: null,
    commitFence: null,
    forcedAt: null,
    disconnectEventAt: null,
  } as const
}

/** A disconnect event; one from before this grant's authorization says nothing about it (F32). */
export function applyDisconnectEvent(row: CredentialRow, args: { eventAt: number }, now: number): CredentialRow | null {
  const ofThisGrant = row.status === 'active' && args.eventAt >= row.authorizedAt && row.disconnectEventAt === null
  return ofThisGrant ? { ...row, disconnectEventAt: now } : null
}

/** Freeze and quarantine lie over the status and touch neither `fence` nor `grant_no`. */
export function applyFreeze(row: CredentialRow, now: number): CredentialRow | null {
  return row.frozenAt === null ? { ...row, frozenAt: now } : null
}

export function applyUnfreeze(row: CredentialRow): CredentialRow | null {
  return row.frozenAt === null ? null : { ...row, frozenAt: null }
}

export function applyQuarantine(row: CredentialRow, now: number): CredentialRow | null {
  return row.quarantinedAt === null ? { ...row, quarantinedAt: now } : null
}

export function applyLiftQuarantine(row: CredentialRow): CredentialRow | null {
  return row.quarantinedAt === null ? null : { ...row, quarantinedAt: null }
}

function ended(
  row: CredentialRow,
  status: 'reauthorization_required' | 'disconnected',
  reason: ReauthorizationReason | null,
  now: number,
): CredentialRow {
  return {
    ...row,
    ...unmarked,
    status,
    reason,
    statusSince: now,
    fence: row.fence + 1,
    grantNo: row.grantNo + 1,
    sealedAccessToken: null,
    sealedRefreshToken: null,
    sentFence: null,
    forcedAt: null,
    keepAliveAt: null,
  }
}
