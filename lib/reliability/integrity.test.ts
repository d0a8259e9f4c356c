import { describe, expect, it } from 'vitest'
import { endingOf, judge, shareInWords, TELLING_RENEWALS, totalsOf } from './integrity'

const of = (renewals: number, badly: number) => ({ renewals, badly, repaired: 0 })

describe('chain integrity', () => {
  it('counts what ended well and badly, repairs among the good, and dropped answers apart', () => {
    const outcomes = [
      { outcome: 'rotated', renewals: 90, repaired: 7 },
      { outcome: 'refresh_token_kept', renewals: 2, repaired: 0 },
      { outcome: 'rejected', renewals: 3, repaired: 2 },
      { outcome: 'answer_dropped', renewals: 40, repaired: 40 },
    ]
    expect(totalsOf({ outcomes, countedSince: null })).toEqual({ renewals: 95, badly: 3, repaired: 7 })
    expect(totalsOf({ outcomes: [], countedSince: null })).toEqual({ renewals: 0, badly: 0, repaired: 0 })
  })

  it('does not take an outcome of another release for a good one', () => {
    expect(endingOf('toString')).toBe('badly')
    expect(endingOf('rotated_in_another_way')).toBe('badly')
  })

  it('meets the target only where there are enough renewals to tell', () => {
    expect(judge(of(0, 0))).toBe('none')
    expect(judge(of(120, 0))).toBe('too_few')
    expect(judge(of(120, 1))).toBe('missed')
    expect(judge(of(TELLING_RENEWALS, 0))).toBe('met')
    expect(judge(of(TELLING_RENEWALS, 1))).toBe('met')
    expect(judge(of(TELLING_RENEWALS, 2))).toBe('missed')
    expect(TELLING_RENEWALS).toBe(10_000)
  })

  it('never rounds a loss away', () => {
    expect(shareInWords(of(120, 0))).toBe('100%')
    expect(shareInWords(of(1_000_000, 1))).toBe('99.999%')
    expect(shareInWords(of(200_000, 1))).toBe('99.999%')
    expect(shareInWords(of(40, 1))).toBe('97.5%')
    expect(shareInWords(of(3, 3))).toBe('0%')
  })
})
