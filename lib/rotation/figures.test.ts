import { describe, expect, it } from 'vitest'
import {
  backOffMs,
  checkFigures,
  type Figures,
  figures,
  probePauseMs,
  scaledFigures,
  storeRetryMs,
  violatedInequalities,
} from './figures'

const off = (change: Partial<Figures>) => violatedInequalities({ ...figures, ...change })

describe('the figures', () => {
  it('hold', () => {
    expect(violatedInequalities(figures)).toEqual([])
    expect(() => checkFigures(figures)).not.toThrow()
  })

  it.each([2, 4, 10])('still hold divided by %i, counts and shares untouched', (divisor) => {
    const scaled = scaledFigures(divisor)
    expect(violatedInequalities(scaled)).toEqual([])
    expect(scaled.leaseMs).toBe(figures.leaseMs / divisor)
    expect(scaled.breakerFailures).toBe(figures.breakerFailures)
    expect(scaled.keepAliveShare).toBe(figures.keepAliveShare)
  })

  it.each<[string, Partial<Figures>, string]>([
    ['a shorter lease', { leaseMs: 20_999 }, 'lease ≥ connect + guard + attempt + slack'],
    ['a longer connect', { connectMs: 3_001 }, 'lease ≥ connect + guard + attempt + slack'],
    ['a longer attempt', { attemptMs: 15_001 }, 'lease ≥ connect + guard + attempt + slack'],
    ['more slack of the lease', { leaseSlackMs: 2_001 }, 'lease ≥ connect + guard + attempt + slack'],
    ['less lease left at the mark', { leaseLeftAtMarkMs: 16_999 }, 'lease left at the mark ≥ guard + attempt + slack'],
    ['more slack of the mark', { markSlackMs: 1_001 }, 'lease left at the mark ≥ guard + attempt + slack'],
    ['a mark that asks for the whole lease', { leaseLeftAtMarkMs: 18_001 }, 'lease ≥ connect + lease left at the mark'],
    ['a longer window', { windowMs: 40_001 }, 'window + guard + attempt ≤ grace − slack'],
    ['a shorter grace', { graceMs: 59_999 }, 'window + guard + attempt ≤ grace − slack'],
    ['more slack of the grace', { graceSlackMs: 4_001 }, 'window + guard + attempt ≤ grace − slack'],
    ['a longer guard', { guardMs: 1_001 }, 'window + guard + attempt ≤ grace − slack'],
    ['a slower rescuer', { tickMs: 15_001 }, 'lease + tick + connect + guard ≤ window'],
    ['a lease longer than the window', { leaseMs: 60_000 }, 'lease + tick + connect + guard ≤ window'],
    [
      'a cron that scans for less',
      { cronScansMs: 169_999 },
      'three cron intervals − its scans + lease + tick + connect + guard ≤ window',
    ],
    ['a slower canary', { canaryAttemptMs: 2_001 }, 'a canary fits into the wait before a late probe'],
    [
      'a lazy committer',
      { storeRetryMaxMs: 3_001 },
      'a living holder retries its commit within the wait before a late probe',
    ],
    ['a slow release', { releaseMaxMs: 5_000 }, 'an interrupted attempt is repeated well inside the window'],
    ['a wait that runs backwards', { claimRetryMinMs: 351 }, 'waits run from short to long'],
    ['a rate limit that runs backwards', { rateLimitMinMs: 2_001 }, 'waits run from short to long'],
    ['a back-off that shrinks', { backOffFirstMs: 15_001 }, 'waits run from short to long'],
    ['a store retry that shrinks', { storeRetryFirstMs: 1_001 }, 'waits run from short to long'],
    ['a margin as long as a life', { marginShare: 0.6 }, 'margin and need leave a usable token'],
    ['a margin longer than any need', { marginMs: 120_001 }, 'margin and need leave a usable token'],
    ['a late keep-alive', { keepAliveShare: 0.95 }, 'keep-alive comes before the refresh token expires'],
    [
      'a hold that ends before the new grant is stored',
      { holdMs: 57_999 },
      'hold ≥ connect + attempt + account read + commit of the new grant + slack',
    ],
    ['no limit past the window', { rescuePastWindowLimit: 0 }, 'slacks, counts and durations are positive'],
    ['a figure that is no number', { usableMs: Number.NaN }, 'slacks, counts and durations are positive'],
  ])('do not hold with %s', (_, change, rule) => {
    expect(off(change)).toContain(rule)
    expect(() => checkFigures({ ...figures, ...change })).toThrow(rule)
  })
})

describe('back-off', () => {
  it('doubles from half a second to 15 s and never overflows', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 10_000].map((attempts) => backOffMs(figures, attempts))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
    ])
  })

  it('pauses about twice as long after each send past the window, up to five minutes', () => {
    expect([41, 47, 80, 140, 340, 86_400].map((s) => probePauseMs(figures, s * 1_000))).toEqual([
      1_200, 7_000, 40_000, 100_000, 300_000, 300_000,
    ])
  })

  it('repeats a statement of unknown outcome at least once a second', () => {
    expect([0, 1, 2, 3, 4, 10_000].map((tries) => storeRetryMs(figures, tries))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ])
  })
})
