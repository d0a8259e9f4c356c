import { describe, expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import {
  applyBreakerReport,
  applyClaimCanary,
  applyTakeSlot,
  type BreakerReport,
  type BreakerRow,
  closedBreaker,
  isTroubled,
} from './breaker'

const failure = (connectionId: string): BreakerReport => ({ kind: 'failure', connectionId })
const report = (breaker: BreakerRow, said: BreakerReport, now = 0) =>
  applyBreakerReport(breaker, said, figures, now) ?? breaker
const after = (...reports: [BreakerReport, number][]) =>
  reports.reduce((breaker, [said, now]) => report(breaker, said, now), closedBreaker)

const refusal = (connectionId: string): BreakerReport => ({ kind: 'client_refused', connectionId })
const open = after([{ kind: 'canary_refused' }, 0])
const halfOpen = report(open, { kind: 'canary', healthy: true })

describe('the closed breaker', () => {
  it('opens on failures of three different connections in 30 s', () => {
    expect(after([failure('a'), 0], [failure('b'), 1], [failure('c'), 29_999])).toMatchObject({
      state: 'open',
      reason: 'upstream',
      canaryAt: 44_999,
    })
  })
  it('does not open on one connection that fails often', () => {
    expect(after([failure('a'), 0], [failure('a'), 1], [failure('a'), 2], [failure('b'), 3]).state).toBe('closed')
  })
  it('forgets failures after 30 s, and all of them after a good answer', () => {
    expect(after([failure('a'), 0], [failure('b'), 1], [failure('c'), 30_000]).state).toBe('closed')
    expect(after([failure('a'), 0], [failure('b'), 1], [{ kind: 'good' }, 2], [failure('c'), 3]).state).toBe('closed')
  })
  it('opens on a refused canary, and on refusals of two different connections in 30 s', () => {
    expect(open).toMatchObject({ state: 'open', reason: 'client_refused', canaryAt: 15_000 })
    expect(after([refusal('a'), 0], [refusal('b'), 29_999])).toMatchObject({ state: 'open', reason: 'client_refused' })
    expect(after([refusal('a'), 0], [refusal('b'), 30_000]).state).toBe('closed')
  })
  it('does not open on one connection that is refused often, nor counts refusals as failures', () => {
    expect(after([refusal('a'), 0], [refusal('a'), 1], [refusal('a'), 2]).state).toBe('closed')
    expect(after([refusal('a'), 0], [failure('a'), 1], [failure('b'), 2]).state).toBe('closed')
    expect(after([refusal('a'), 0], [failure('b'), 1], [failure('c'), 2]).state).toBe('closed')
  })
  it('needs no write for a good answer while nothing is wrong', () => {
    expect(applyBreakerReport(closedBreaker, { kind: 'good' }, figures, 0)).toBeNull()
    expect(isTroubled(closedBreaker)).toBe(false)
    expect(isTroubled(after([failure('a'), 0]))).toBe(true)
  })
  it('asks no one for a slot', () => {
    expect(applyTakeSlot(closedBreaker, { holder: 'x', leaseMs: 1 }, 0)).toEqual(closedBreaker)
  })
})

describe('the open breaker', () => {
  it('lets one canary through in 15 s', () => {
    expect(applyClaimCanary(open, { everyMs: 15_000 }, 14_999)).toBeNull()
    const claimed = applyClaimCanary(open, { everyMs: 15_000 }, 15_000) as BreakerRow
    expect(claimed.canaryAt).toBe(30_000)
    expect(applyClaimCanary(claimed, { everyMs: 15_000 }, 15_000)).toBeNull()
  })
  it('half-opens when the canary is healthy, and not otherwise', () => {
    expect(halfOpen.state).toBe('half_open')
    expect(report(open, { kind: 'canary', healthy: false }).state).toBe('open')
  })
  it('half-opens when a resend inside its window was answered well', () => {
    expect(report(open, { kind: 'good' }).state).toBe('half_open')
  })
  it('gives no slot and stays as it is on more failures', () => {
    expect(applyTakeSlot(open, { holder: 'x', leaseMs: 1 }, 0)).toBeNull()
    expect(report(open, failure('d'), 9)).toEqual(open)
    expect(report(open, { kind: 'canary_refused' }, 9)).toEqual(open)
  })
})

describe('the half-open breaker', () => {
  const take = (breaker: BreakerRow, holder: string, now: number) =>
    applyTakeSlot(breaker, { holder, leaseMs: 100 }, now)

  it('gives its slot to one at a time; it expires, or is returned by its holder', () => {
    const taken = take(halfOpen, 'x', 0) as BreakerRow
    expect(take(taken, 'y', 99)).toBeNull()
    expect(take(taken, 'y', 100)?.slotHolder).toBe('y')
    expect(take(report(taken, { kind: 'slot_returned', holder: 'x' }), 'y', 1)?.slotHolder).toBe('y')
    expect(report(taken, { kind: 'slot_returned', holder: 'z' })).toEqual(taken)
  })
  it('closes on success and re-opens on the next failure', () => {
    expect(report(halfOpen, { kind: 'good' }).state).toBe('closed')
    expect(report(halfOpen, failure('a'), 7)).toMatchObject({ state: 'open', canaryAt: 15_007 })
    expect(report(halfOpen, refusal('a'), 7)).toMatchObject({ state: 'open', reason: 'client_refused' })
  })
})
