import { describe, expect, it } from 'vitest'
import type { BreakerView } from '@/lib/background/views'
import { judge } from '@/lib/reliability/integrity'
import { separateLabels } from './latency-plot'
import { breakerInWords, JUDGEMENTS, NOTABLE, totalsInWords } from './reliability-copy'

const words = (renewals: number, badly: number, repaired: number) => {
  const totals = { renewals, badly, repaired }
  return totalsInWords(totals, judge(totals))
}

describe('the words about successful renewals', () => {
  it('say the number, and that few tell little', () => {
    expect(words(0, 0, 0)).toBe('No renewals.')
    expect(words(1, 0, 0)).toMatch(/^The only renewal succeeded\. Judging this target takes 10,000 renewals/)
    expect(words(120, 0, 3)).toMatch(/^All 120 renewals succeeded, 3 of them after a retry\. Judging/)
    expect(words(41_233, 4, 9)).toBe('4 of 41,233 renewals failed; 9 succeeded after a retry.')
    expect(words(20_000, 0, 0)).toBe('All 20,000 renewals succeeded.')
  })

  it('tell judgements and outcomes apart without a color', () => {
    for (const table of [JUDGEMENTS, NOTABLE]) {
      const labels = Object.values(table).map(({ label }) => label)
      expect(new Set(labels).size).toBe(labels.length)
    }
  })
})

describe('the breaker', () => {
  const closed: BreakerView = {
    state: 'closed',
    reason: null,
    since: null,
    canaryAt: null,
    isTrying: false,
    failing: 0,
  }
  const times = { since: '12:00:01', canary: '12:00:16' }
  const say = (breaker: Partial<BreakerView>) => breakerInWords({ ...closed, ...breaker }, times).join(' ')

  it('lets everything through while it is closed, and says who has failed', () => {
    expect(say({})).toBe('Since 12:00:01, renewals are sent normally.')
    expect(say({ failing: 2 })).toContain('2 connections have failed')
  })

  it('says since when it is open, what still goes through, and when Airwallex is asked again', () => {
    const open = say({ state: 'open', reason: 'upstream' })
    expect(open).toContain('Since 12:00:01, new renewals are paused')
    expect(open).toContain('interrupted a moment ago')
    expect(open).toContain('at 12:00:16')
  })

  it('points at the client secret where Airwallex rejected it', () => {
    expect(say({ state: 'open', reason: 'client_refused' })).toContain('client id or secret')
    expect(say({ state: 'half_open', reason: 'client_refused' })).toContain('client id or secret')
  })

  it('tries one at a time while it is half open', () => {
    expect(say({ state: 'half_open', reason: 'upstream' })).toContain('one renewal at a time')
    expect(say({ state: 'half_open', reason: 'upstream', isTrying: true })).toContain('One is in progress')
  })
})

it('moves the labels of a plot apart where they would lie on each other', () => {
  const labels = [{ top: 50 }, { top: 52 }, { top: 90 }]
  const tops = separateLabels(labels)
    .map(({ top }) => top)
    .toSorted((a, b) => a - b)
  expect(tops).toEqual([42, 52, 90])
})
