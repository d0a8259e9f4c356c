import { describe, expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import { markedRow, NOW, readingOf, rowWith } from '@/lib/rotation/testing/rows'
import { closedBreaker } from './breaker'
import { judgeRow, retryAfterMs } from './judge-row'
import type { Reading } from './row'

const judge = (reading: Reading, minTtlMs = 30_000) => judgeRow(reading, minTtlMs, figures)
const left = (ms: number, life = 300) => readingOf(rowWith({ accessTokenLifeSeconds: life }, ms))

const handOut = { kind: 'hand_out', refreshBeside: false }
const handOutAndRefresh = { kind: 'hand_out', refreshBeside: true }
const refreshFirst = { kind: 'refresh_first' }

describe('a caller who needs 30 s', () => {
  it.each([
    [300_000, handOut],
    [60_001, handOut],
    [60_000, handOutAndRefresh],
    [30_000, handOutAndRefresh],
    [29_999, refreshFirst],
    [0, refreshFirst],
    [-5_000, refreshFirst],
  ])('with %i ms left', (ms, expected) => expect(judge(left(ms))).toEqual(expected))
})

describe('other needs', () => {
  it('never exceed 120 s', () => {
    expect(judge(left(120_001), 3_600_000)).toEqual(handOut)
    expect(judge(left(119_999), 3_600_000)).toEqual(refreshFirst)
  })

  it('never exceed half of a short life, nor does the margin a quarter of it', () => {
    expect(judge(left(20_001, 40), 120_000)).toEqual(handOut)
    expect(judge(left(10_001, 40), 0)).toEqual(handOut)
    expect(judge(left(10_000, 40), 0)).toEqual(handOutAndRefresh)
  })

  it('are at least five seconds, so that no one gets a dying token', () => {
    expect(judge(left(5_000), 0)).toEqual(handOutAndRefresh)
    expect(judge(left(4_999), 0)).toEqual(refreshFirst)
  })
})

describe('what cannot be handed out', () => {
  it('is a token without a life', () => expect(judge(left(0, 0), 0)).toEqual(refreshFirst))
  it('is a token that was never issued', () => {
    expect(judge(readingOf(rowWith({ sealedAccessToken: null })))).toEqual(refreshFirst)
  })

  it.each<[string, Reading, object]>([
    ['frozen', readingOf(rowWith(), { frozen: true }), { kind: 'frozen' }],
    ['quarantined', readingOf(rowWith({ quarantinedAt: NOW }), { frozen: true }), { kind: 'quarantined' }],
    ['disconnected', readingOf(rowWith({ status: 'disconnected' })), { kind: 'disconnected' }],
    [
      'in need of reauthorization',
      readingOf(rowWith({ status: 'reauthorization_required', reason: 'unresolved' })),
      { kind: 'reauthorization_required', reason: 'unresolved' },
    ],
  ])('is anything of a connection that is %s', (_, reading, refusal) => {
    expect(judge(reading)).toEqual({ kind: 'refuse', refusal })
  })
})

describe('an interrupted rotation', () => {
  const interrupted = { ...markedRow(30_000, { leaseUntil: null }), accessTokenExpiresAt: NOW + 200_000 }

  it('is rescued by any request', () => expect(judge(readingOf(interrupted))).toEqual(handOutAndRefresh))
  it('is left to a living holder', () => {
    expect(judge(readingOf({ ...interrupted, leaseUntil: NOW + 1 }))).toEqual(handOut)
  })
  it('is left alone until it is due', () => {
    expect(judge(readingOf({ ...interrupted, nextAttemptAt: NOW + 1 }))).toEqual(handOut)
  })
})

describe('when to come back', () => {
  it('is a second at least, when the row is due, and half a minute at most', () => {
    const after = (nextAttemptAt: number | null) => retryAfterMs(readingOf(rowWith({ nextAttemptAt })), figures)
    expect(after(null)).toBe(1_000)
    expect(after(NOW + 7_000)).toBe(7_000)
    expect(after(NOW + 3_600_000)).toBe(30_000)
  })

  it('is the next canary while the breaker is open', () => {
    const breaker = { ...closedBreaker, state: 'open', canaryAt: NOW + 12_000 } as const
    expect(retryAfterMs(readingOf(rowWith(), { breaker }), figures)).toBe(12_000)
  })
})
