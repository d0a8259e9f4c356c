import { describe, expect, it } from 'vitest'
import { claimedRow, key, markedRow, NOW, rowWith } from '@/lib/rotation/testing/rows'
import type { CredentialRow } from './row'
import { applyClaim, applyMark, applyMarkLateProbe } from './statements'

const version = { ...key, grantNo: 1, generation: 1 }
const attempt = { ...version, fence: 1 }
const newer = [
  ['of a newer generation', { generation: 2 }],
  ['of a newer grant', { grantNo: 2 }],
] as const

describe('claim', () => {
  const claim = (row: CredentialRow) => applyClaim(row, { ...version, leaseMs: 21_000 }, NOW)

  it('takes a new fence and a lease', () => {
    expect(claim(rowWith({ fence: 7 }))).toEqual(rowWith({ fence: 8, leaseUntil: NOW + 21_000 }))
  })
  it('takes over a lease in the instant it expires', () => {
    expect(claim(claimedRow({ leaseUntil: NOW }))?.fence).toBe(2)
    expect(claim(claimedRow({ leaseUntil: NOW + 1 }))).toBeNull()
  })
  it('keeps the mark of an earlier attempt', () => {
    expect(claim(markedRow(30_000, { leaseUntil: null }))).toMatchObject({ sentFence: 1, sendCount: 1, fence: 2 })
  })
  it.each<readonly [string, Partial<CredentialRow>]>([
    ...newer,
    ['that is disconnected', { status: 'disconnected' }],
    ['that needs reauthorization', { status: 'reauthorization_required' }],
    ['that is not due', { nextAttemptAt: NOW + 1 }],
  ])('refuses a row %s', (_, change) => expect(claim(rowWith(change))).toBeNull())
})

describe('mark', () => {
  const args = { ...attempt, windowMs: 40_000, leaseLeftMs: 17_000 }
  const mark = (row: CredentialRow, frozen = false) => applyMark(row, args, NOW, frozen)

  it('writes ahead that this token leaves', () => {
    expect(mark(claimedRow())).toMatchObject({ sentFence: 1, firstSentAt: NOW, ambiguousSince: NOW, sendCount: 1 })
  })
  it('of a resend keeps the first send', () => {
    const again = mark(markedRow(40_000, { fence: 1, sentFence: 0 }))
    expect(again).toMatchObject({ sentFence: 1, firstSentAt: NOW - 40_000, ambiguousSince: NOW - 40_000, sendCount: 2 })
  })
  it('asks for enough lease', () => {
    expect(mark(claimedRow({ leaseUntil: NOW + 17_000 }))).not.toBeNull()
    expect(mark(claimedRow({ leaseUntil: NOW + 16_999 }))).toBeNull()
    expect(mark(claimedRow({ leaseUntil: null }))).toBeNull()
  })
  it('refuses a first send while frozen, and no other', () => {
    expect(mark(claimedRow(), true)).toBeNull()
    expect(mark(markedRow(1), true)).not.toBeNull()
  })
  it.each<readonly [string, Partial<CredentialRow>]>([
    ...newer,
    ['that someone else claimed', { fence: 2 }],
    ['that is no longer active', { status: 'disconnected' }],
    ['in quarantine', { quarantinedAt: NOW }],
    ['past its window', { firstSentAt: NOW - 40_001 }],
  ])('refuses a row %s', (_, change) => expect(mark(claimedRow(change))).toBeNull())
})

describe('mark of a late probe', () => {
  const args = { ...attempt, windowMs: 40_000, leaseLeftMs: 17_000 }
  const probe = (row: CredentialRow) => applyMarkLateProbe(row, args, NOW)

  it('begins a window of its own and keeps since when the row is ambiguous', () => {
    const since = NOW - 90_000
    expect(probe(markedRow(90_000))).toMatchObject({
      firstSentAt: NOW,
      ambiguousSince: since,
      sendCount: 2,
      lateProbes: 1,
    })
  })
  it('follows any number of others, and a disconnect event', () => {
    expect(probe(markedRow(90_000, { lateProbes: 1_000 }))?.lateProbes).toBe(1_001)
    expect(probe(markedRow(90_000, { disconnectEventAt: NOW }))).not.toBeNull()
  })
  it.each<readonly [string, Partial<CredentialRow>]>([
    ...newer,
    ['that someone else claimed', { fence: 2 }],
    ['in quarantine', { quarantinedAt: NOW }],
    ['still in its window', { firstSentAt: NOW - 40_000 }],
    ['that was never sent', { firstSentAt: null }],
  ])('refuses a row %s', (_, change) => expect(probe(markedRow(90_000, change))).toBeNull())
})
