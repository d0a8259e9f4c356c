import { describe, expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import { claimedRow, markedRow, NOW, readingOf, rowWith } from '@/lib/rotation/testing/rows'
import { closedBreaker } from './breaker'
import { leaseFor, type PlanRequest, planAttempt } from './plan'
import type { Reading } from './row'

const requested: PlanRequest = { cause: 'requested', lateProbe: true }
const plan = (reading: Reading, request: Partial<PlanRequest> = {}) =>
  planAttempt(reading, { ...requested, ...request }, figures)
const purpose = (reading: Reading, request: Partial<PlanRequest> = {}) => {
  const planned = plan(reading, request)
  return planned.kind === 'claim' ? planned.purpose.kind : planned.kind === 'stop' ? planned.why : planned.kind
}
const open = { ...closedBreaker, state: 'open', canaryAt: NOW + 1 } as const
const halfOpen = { ...closedBreaker, state: 'half_open', since: NOW - 5_000 } as const
const free = (agoMs: number) => markedRow(agoMs, { leaseUntil: null })

describe('what a claim is for', () => {
  it('is a first send where the refresh token never left', () =>
    expect(purpose(readingOf(rowWith()))).toBe('first_send'))
  it('is a resend inside the window', () => {
    expect(purpose(readingOf(free(0)))).toBe('resend')
    expect(purpose(readingOf(free(40_000)))).toBe('resend')
  })
  it('is a late probe past it', () => expect(purpose(readingOf(free(40_001)))).toBe('late_probe'))
  it('is a late probe however many went before, and after a disconnect event that nothing has confirmed', () => {
    expect(purpose(readingOf({ ...free(40_001), lateProbes: 1_000 }))).toBe('late_probe')
    expect(purpose(readingOf({ ...free(40_001), disconnectEventAt: NOW }))).toBe('late_probe')
  })
  it('is to end the grant with the late probe off, and only then', () => {
    expect(plan(readingOf(free(40_001)), { lateProbe: false })).toMatchObject({
      purpose: { kind: 'terminal', reason: 'unresolved' },
    })
    expect(plan(readingOf({ ...free(40_001), disconnectEventAt: NOW }), { lateProbe: false })).toMatchObject({
      purpose: { kind: 'terminal', reason: 'disconnected_at_airwallex' },
    })
  })
  it('goes on behind a refresh token that did not open, for the rescuer, too', () => {
    expect(purpose(readingOf(rowWith({ unreadableSince: NOW })), { cause: 'rescue' })).toBe('first_send')
  })
  it('takes five seconds more of lease where a living holder is waited for', () => {
    expect(leaseFor({ kind: 'resend' }, figures)).toBe(21_000)
    expect(leaseFor({ kind: 'late_probe' }, figures)).toBe(26_000)
    expect(leaseFor({ kind: 'terminal', reason: 'unresolved' }, figures)).toBe(26_000)
  })
})

describe('who may not claim', () => {
  it('anyone, while a lease lives or nothing is due', () => {
    expect(plan(readingOf(claimedRow()))).toEqual({ kind: 'busy', dueInMs: null })
    expect(plan(readingOf(rowWith({ nextAttemptAt: NOW + 700 })))).toEqual({ kind: 'busy', dueInMs: 700 })
    expect(purpose(readingOf(rowWith({ nextAttemptAt: NOW })))).toBe('first_send')
    expect(purpose(readingOf(claimedRow({ leaseUntil: NOW })))).toBe('first_send')
  })
  it('anyone, on a row that is not active or quarantined', () => {
    expect(purpose(readingOf(rowWith({ status: 'disconnected' })))).toBe('not_active')
    expect(purpose(readingOf({ ...free(1), quarantinedAt: NOW }))).toBe('quarantined')
  })
  it('first sends while frozen; what is in flight goes on', () => {
    expect(purpose(readingOf(rowWith(), { frozen: true }))).toBe('frozen')
    expect(purpose(readingOf(free(1), { frozen: true }))).toBe('resend')
    expect(purpose(readingOf(free(40_001), { frozen: true }))).toBe('late_probe')
  })
  it('background work whose reason has gone', () => {
    expect(purpose(readingOf(rowWith()), { cause: 'rescue' })).toBe('nothing_to_do')
    expect(purpose(readingOf(rowWith()), { cause: 'keep_alive' })).toBe('nothing_to_do')
    expect(purpose(readingOf(rowWith({ keepAliveAt: NOW })), { cause: 'keep_alive' })).toBe('first_send')
  })
})

describe('the breaker', () => {
  it('open, stops first sends and late probes, not resends', () => {
    expect(purpose(readingOf(rowWith(), { breaker: open }))).toBe('breaker_open')
    expect(purpose(readingOf(free(40_001), { breaker: open }))).toBe('breaker_open')
    expect(purpose(readingOf(free(1), { breaker: open }))).toBe('resend')
  })
  it('half open, asks for its one slot', () => {
    expect(plan(readingOf(rowWith(), { breaker: halfOpen }))).toMatchObject({ kind: 'claim', needsSlot: true })
    expect(plan(readingOf(free(40_001), { breaker: halfOpen }))).toMatchObject({ needsSlot: true })
    expect(plan(readingOf(free(1), { breaker: halfOpen }))).toMatchObject({ needsSlot: false })
    const taken = { ...halfOpen, slotHolder: 'x', slotUntil: NOW + 1 }
    expect(purpose(readingOf(rowWith(), { breaker: taken }))).toBe('busy')
  })
  it('just half open, lets those that are in doubt already go first, for a tick', () => {
    const since = { ...halfOpen, since: NOW - 4_000 }
    expect(plan(readingOf(rowWith(), { breaker: since }))).toEqual({ kind: 'busy', dueInMs: 1_000 })
    expect(plan(readingOf(free(40_001), { breaker: since }))).toMatchObject({ kind: 'claim', needsSlot: true })
  })
})
