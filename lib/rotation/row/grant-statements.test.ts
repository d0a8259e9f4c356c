import { describe, expect, it } from 'vitest'
import { claimedRow, key, markedRow, NOW, rowWith } from '@/lib/rotation/testing/rows'
import {
  applyDisconnect,
  applyDisconnectEvent,
  applyEndGrant,
  applyFreeze,
  applyLiftQuarantine,
  applyQuarantine,
  applyReauthorize,
  applyReject,
  applyTerminal,
  applyUnfreeze,
  type RejectArgs,
} from './grant-statements'
import type { CredentialRow } from './row'
import { applyCommit, applyMark, type CommitArgs } from './statements'

const version = { grantNo: 1, generation: 1 }
const attempt = { ...key, ...version, fence: 1 }
const reject: RejectArgs = { ...attempt, reason: 'refresh_token_rejected', lineage: {} as RejectArgs['lineage'] }
const terminal = { ...reject, reason: 'unresolved', windowMs: 40_000 } as const

const ended = {
  fence: 2,
  grantNo: 2,
  generation: 1,
  sealedAccessToken: null,
  sealedRefreshToken: null,
  sentFence: null,
  firstSentAt: null,
  ambiguousSince: null,
  leaseUntil: null,
  nextAttemptAt: null,
  sendCount: 0,
  lateProbes: 0,
  attempts: 0,
  keepAliveAt: null,
}

describe('a grant that ends', () => {
  it.each<[string, CredentialRow | null, Partial<CredentialRow>]>([
    [
      'by invalid_grant',
      applyReject(markedRow(10), reject, NOW),
      { status: 'reauthorization_required', reason: 'refresh_token_rejected' },
    ],
    [
      'unresolved',
      applyTerminal(markedRow(40_001), terminal, NOW),
      { status: 'reauthorization_required', reason: 'unresolved' },
    ],
    ['by a disconnect here', applyDisconnect(markedRow(10), NOW), { status: 'disconnected', reason: null }],
    [
      'at Airwallex',
      applyEndGrant(markedRow(10), { grantNo: 1, reason: 'disconnected_at_airwallex' }, NOW),
      { status: 'reauthorization_required', reason: 'disconnected_at_airwallex' },
    ],
  ])('%s drops its tokens and makes everything in flight uncommittable', (_, row, expected) => {
    expect(row).toMatchObject({ ...ended, ...expected, statusSince: NOW })
    const commit = { ...attempt, accessTokenLifeSeconds: 300 } as unknown as CommitArgs
    expect(applyCommit(row as CredentialRow, commit, NOW)).toBeNull()
    expect(applyMark(row as CredentialRow, { ...attempt, windowMs: 40_000, leaseLeftMs: 0 }, NOW, false)).toBeNull()
  })

  it('ends by invalid_grant only for the attempt that sent last', () => {
    expect(applyReject(markedRow(10, { sentFence: 2, fence: 2 }), reject, NOW)).toBeNull()
    expect(applyReject(markedRow(10, { generation: 2 }), reject, NOW)).toBeNull()
    expect(applyReject(markedRow(10, { fence: 2 }), reject, NOW)).not.toBeNull()
  })
  it('ends unresolved only under its own claim, past the window, and never unsent', () => {
    expect(applyTerminal(markedRow(40_000), terminal, NOW)).toBeNull()
    expect(applyTerminal(markedRow(40_001, { fence: 2 }), terminal, NOW)).toBeNull()
    expect(applyTerminal(markedRow(40_001, { generation: 2 }), terminal, NOW)).toBeNull()
    expect(applyTerminal(claimedRow(), terminal, NOW)).toBeNull()
  })
  it('ends once', () => {
    const disconnected = rowWith({ status: 'disconnected', grantNo: 2 })
    expect(applyDisconnect(disconnected, NOW)).toBeNull()
    expect(applyEndGrant(rowWith({ grantNo: 2 }), { grantNo: 1, reason: 'role_lost' }, NOW)).toBeNull()
  })
})

describe('a reauthorization', () => {
  const grant = {
    ...version,
    sealedAccessToken: 'a2',
    sealedRefreshToken: 'r2',
    accessTokenLifeSeconds: 300,
    refreshTokenLifeSeconds: 86_400,
    elapsedMs: 100,
    keepAliveInMs: 43_200_000,
  }

  it.each<[string, CredentialRow]>([
    ['an active', markedRow(10, { disconnectEventAt: NOW, forcedAt: NOW })],
    ['a refused', rowWith({ status: 'reauthorization_required', reason: 'unresolved', fence: 1 })],
    ['a disconnected', rowWith({ status: 'disconnected', fence: 1 })],
  ])('replaces the grant of %s row under numbers of its own', (_, row) => {
    expect(applyReauthorize(row, grant, NOW)).toMatchObject({
      status: 'active',
      reason: null,
      fence: 2,
      grantNo: 2,
      generation: 2,
      sealedRefreshToken: 'r2',
      accessTokenExpiresAt: NOW + 299_900,
      authorizedAt: NOW,
      firstSentAt: null,
      leaseUntil: null,
      sentFence: null,
      commitFence: null,
      disconnectEventAt: null,
      forcedAt: null,
    })
  })
  it('is refused where the row moved on after its tokens were sealed', () => {
    expect(applyReauthorize(rowWith({ generation: 2 }), grant, NOW)).toBeNull()
  })
  it('lifts neither freeze nor quarantine', () => {
    const row = applyReauthorize(rowWith({ frozenAt: 1, quarantinedAt: 2 }), grant, NOW)
    expect(row).toMatchObject({ frozenAt: 1, quarantinedAt: 2 })
  })
})

describe('a disconnect event', () => {
  const event = (row: CredentialRow, eventAt: number) => applyDisconnectEvent(row, { eventAt }, NOW)

  it('counts when it is younger than the grant, once', () => {
    const row = rowWith({ authorizedAt: NOW - 100 })
    const noted = event(row, NOW - 100)
    expect(noted?.disconnectEventAt).toBe(NOW)
    expect(event(noted as CredentialRow, NOW)).toBeNull()
  })
  it('of an earlier grant says nothing about this one (F32)', () => {
    expect(event(rowWith({ authorizedAt: NOW - 100 }), NOW - 101)).toBeNull()
  })
})

describe('freeze and quarantine', () => {
  it('touch nothing else and can be lifted', () => {
    const row = markedRow(10)
    const over = applyQuarantine(applyFreeze(row, NOW) as CredentialRow, NOW) as CredentialRow
    expect(over).toEqual({ ...row, frozenAt: NOW, quarantinedAt: NOW })
    expect(applyLiftQuarantine(applyUnfreeze(over) as CredentialRow)).toEqual(row)
  })
})
