import { describe, expect, it } from 'vitest'
import { claimedRow, key, markedRow, NOW, rowWith } from '@/lib/rotation/testing/rows'
import type { CredentialRow } from './row'
import {
  applyCommit,
  applyForce,
  applyMark,
  applyRelease,
  applySetAside,
  applyUndo,
  type CommitArgs,
} from './statements'

const version = { ...key, grantNo: 1, generation: 1 }
const attempt = { ...version, fence: 1 }
const newer = [
  ['of a newer generation', { generation: 2 }],
  ['of a newer grant', { grantNo: 2 }],
] as const

const commitArgs: CommitArgs = {
  ...attempt,
  sealedAccessToken: 'next access',
  sealedRefreshToken: 'next refresh',
  accessTokenLifeSeconds: 300,
  refreshTokenLifeSeconds: 7_776_000,
  elapsedMs: 400,
  sentAt: NOW - 450,
  keepAliveInMs: 1_000,
  backOffMs: 500,
  lineage: {} as CommitArgs['lineage'],
}

describe('commit', () => {
  const commit = (row: CredentialRow, change: Partial<CommitArgs> = {}) =>
    applyCommit(row, { ...commitArgs, ...change }, NOW)

  it('stores the pair and clears the mark, its counters and the lease', () => {
    const row = markedRow(450, { attempts: 3, nextAttemptAt: NOW + 1, lateProbes: 1, forcedAt: NOW })
    expect(commit(row)).toEqual({
      ...row,
      generation: 2,
      commitFence: 1,
      sealedAccessToken: 'next access',
      sealedRefreshToken: 'next refresh',
      accessTokenLifeSeconds: 300,
      accessTokenExpiresAt: NOW - 450 + 300_000,
      refreshTokenExpiresAt: NOW - 400 + 7_776_000_000,
      rotatedAt: NOW,
      keepAliveAt: NOW + 1_000,
      firstSentAt: null,
      ambiguousSince: null,
      leaseUntil: null,
      nextAttemptAt: null,
      sendCount: 0,
      lateProbes: 0,
      attempts: 0,
    })
  })
  it('is not refused by a later claim that has not marked', () => {
    expect(commit(markedRow(30_000, { fence: 2, leaseUntil: NOW + 20_000 }))).toMatchObject({
      generation: 2,
      commitFence: 1,
    })
  })
  it('clears a disconnect event that came before the send, and keeps one that came after it', () => {
    const disconnectEventAt = (at: number) => commit(markedRow(450, { disconnectEventAt: at }))?.disconnectEventAt
    expect(disconnectEventAt(commitArgs.sentAt - 1)).toBeNull()
    expect(disconnectEventAt(commitArgs.sentAt)).toBe(commitArgs.sentAt)
    expect(disconnectEventAt(NOW)).toBe(NOW)
  })
  it('never extends a life by the time a process slept before storing', () => {
    expect(commit(markedRow(120_000), { sentAt: NOW - 120_000 })?.accessTokenExpiresAt).toBe(NOW - 120_000 + 300_000)
  })
  it('paces the next attempt when the access token has no life', () => {
    const row = commit(markedRow(450, { attempts: 2 }), { accessTokenLifeSeconds: 0, backOffMs: 2_000 })
    expect(row).toMatchObject({ generation: 2, attempts: 3, nextAttemptAt: NOW + 2_000, firstSentAt: null })
  })
  it('twice changes nothing more', () => expect(commit(commit(markedRow(450)) as CredentialRow)).toBeNull())
  it.each<readonly [string, Partial<CredentialRow>]>([
    ...newer,
    ['that a newer attempt has marked', { fence: 2, sentFence: 2 }],
    ['that was disconnected', { status: 'disconnected' }],
  ])('refuses a row %s', (_, change) => expect(commit(markedRow(450, change))).toBeNull())
})

describe('undo', () => {
  const undo = (row: CredentialRow, lateProbe: { firstSentAt: number } | null = null) =>
    applyUndo(row, { ...attempt, delayMs: 0, countAttempt: false, sentFenceBefore: null, lateProbe }, NOW)

  it('of the only send leaves no trace but the fence', () => {
    expect(undo(markedRow(10))).toEqual(claimedRow({ leaseUntil: null }))
  })
  it('of a resend keeps the first one ambiguous', () => {
    const row = markedRow(30_000, { sendCount: 2 })
    expect(undo(row)).toEqual({ ...row, sendCount: 1, sentFence: null, leaseUntil: null })
  })
  it('gives the mark back to the attempt before, whose answer may still come (F13)', () => {
    const args = { ...attempt, fence: 2, delayMs: 0, countAttempt: false, sentFenceBefore: 1, lateProbe: null }
    const undone = applyUndo(markedRow(25_000, { fence: 2, sentFence: 2, sendCount: 2 }), args, NOW) as CredentialRow
    expect(undone.sentFence).toBe(1)
    expect(applyCommit(undone, commitArgs, NOW)).toMatchObject({ generation: 2, commitFence: 1 })
    expect(applyUndo(undone, args, NOW)).toBeNull()
  })
  it('of a late probe gives back the probe and the true age of the first send', () => {
    const since = NOW - 90_000
    const row = markedRow(90_000, { firstSentAt: NOW, sendCount: 2, lateProbes: 1 })
    expect(undo(row, { firstSentAt: since })).toMatchObject({
      lateProbes: 0,
      sendCount: 1,
      firstSentAt: since,
      ambiguousSince: since,
    })
  })
  it('paces and counts where it is told to', () => {
    const args = { ...attempt, delayMs: 1_500, countAttempt: true, sentFenceBefore: null, lateProbe: null }
    expect(applyUndo(markedRow(10), args, NOW)).toMatchObject({ nextAttemptAt: NOW + 1_500, attempts: 1 })
  })
  it('twice changes nothing more', () => expect(undo(undo(markedRow(10)) as CredentialRow)).toBeNull())
  it.each<readonly [string, Partial<CredentialRow>]>([
    ...newer,
    ['that someone else claimed', { fence: 2 }],
    ['without this mark', { sentFence: null }],
  ])('refuses a row %s', (_, change) => expect(undo(markedRow(10, change))).toBeNull())
})

describe('release', () => {
  const release = (row: CredentialRow) => applyRelease(row, { ...attempt, delayMs: 800, countAttempt: false }, NOW)

  it('frees the lease, sets when to try again and keeps the mark', () => {
    expect(release(markedRow(10))).toEqual({ ...markedRow(10), leaseUntil: null, nextAttemptAt: NOW + 800 })
  })
  it("leaves someone else's lease alone", () => expect(release(markedRow(10, { fence: 2 }))).toBeNull())
})

describe('force', () => {
  const force = (row: CredentialRow) => applyForce(row, { ...version, everyMs: 30_000 }, NOW)

  it('is allowed once in 30 s', () => {
    expect(force(rowWith())).toEqual(rowWith({ forcedAt: NOW }))
    expect(force(rowWith({ forcedAt: NOW - 30_000 }))).not.toBeNull()
    expect(force(rowWith({ forcedAt: NOW - 29_999 }))).toBeNull()
  })
  it.each(newer)('refuses a row %s', (_, change) => expect(force(rowWith(change))).toBeNull())
})

describe('setting aside what does not open', () => {
  const args = { ...attempt, delayMs: 60_000 }

  it('keeps every token and says since when, once', () => {
    const row = claimedRow()
    const aside = applySetAside(row, args, NOW)
    expect(aside).toEqual({ ...row, unreadableSince: NOW, leaseUntil: null, nextAttemptAt: NOW + 60_000, attempts: 1 })
    expect(applySetAside({ ...row, unreadableSince: NOW - 5 }, args, NOW)).toMatchObject({ unreadableSince: NOW - 5 })
  })
  it.each([...newer, ['under a newer claim', { fence: 2 }], ['that has ended', { status: 'disconnected' }]] as const)(
    'leaves a row %s alone',
    (_, change) => expect(applySetAside(claimedRow(change), args, NOW)).toBeNull(),
  )
  it('ends with the mark of an attempt that opened it, and with its commit', () => {
    const mark = { ...attempt, windowMs: 40_000, leaseLeftMs: 17_000 }
    const unreadable = { unreadableSince: NOW - 5 }
    expect(applyMark(claimedRow(unreadable), mark, NOW, false)).toMatchObject({ unreadableSince: null })
    expect(applyCommit(markedRow(1, unreadable), commitArgs, NOW)).toMatchObject({ unreadableSince: null })
  })
})
