import { describe, expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import type { RenewalState } from './lineage-views'
import { renewalOf } from './renewal'

const now = new Date('2026-11-23T12:00:00Z')
const later = (ms: number) => new Date(now.getTime() + ms)
const sent: RenewalState = {
  now,
  firstSentAt: later(-1_000),
  ambiguousSince: later(-1_000),
  sendCount: 1,
  lateProbes: 0,
  leaseUntil: later(20_000),
  nextAttemptAt: null,
}

describe('a sent refresh', () => {
  it('is none of interest while its first answer is awaited', () => {
    expect(renewalOf(sent)).toEqual({ kind: 'sending' })
  })

  it('is interrupted once no one holds it, and is found by the rescuer’s next scan', () => {
    for (const leaseUntil of [null, later(-1), now]) {
      expect(renewalOf({ ...sent, leaseUntil })).toMatchObject({
        kind: 'interrupted',
        phase: 'repeating',
        since: later(-1_000),
        windowEndsAt: later(figures.windowMs - 1_000),
        next: { kind: 'by', at: later(figures.tickMs) },
      })
    }
  })

  it('is repeated no sooner than its next attempt is due', () => {
    const state = { ...sent, leaseUntil: null, nextAttemptAt: later(9_000) }
    expect(renewalOf(state)).toMatchObject({ next: { kind: 'by', at: later(9_000 + figures.tickMs) } })
  })

  it('stays interrupted while it is sent again', () => {
    expect(renewalOf({ ...sent, sendCount: 2 })).toMatchObject({ kind: 'interrupted', next: { kind: 'under_way' } })
    expect(renewalOf({ ...sent, lateProbes: 1 })).toMatchObject({ kind: 'interrupted', probes: 1 })
  })

  it('is late once its window is over, and stays late while a late probe is repeated', () => {
    const state = { ...sent, leaseUntil: null, firstSentAt: later(-figures.windowMs) }
    expect(renewalOf(state)).toMatchObject({ phase: 'late', probes: 0 })
    expect(renewalOf({ ...sent, lateProbes: 7 })).toMatchObject({ phase: 'late', probes: 7 })
  })
})
