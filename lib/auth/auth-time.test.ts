import { describe, expect, it } from 'vitest'
import { AUTH_TIME_SKEW_MS, judgeAuthTime } from './auth-time'

const begunAt = new Date('2026-11-23T10:00:00Z')
const answeredAt = new Date('2026-11-23T10:05:00Z')
const seconds = (after: number) => begunAt.getTime() / 1_000 + after
const skew = AUTH_TIME_SKEW_MS / 1_000
const judge = (claim: unknown) => judgeAuthTime(claim, { begunAt, answeredAt })

describe('when a provider last asked who someone is', () => {
  it.each([-skew, -1, 0, 0.5, 300, 300 + skew])('is this attempt, %d seconds after it began', (after) => {
    expect(judge(seconds(after))).toEqual({ kind: 'asked' })
  })

  it.each([-skew - 1, -3_600])('is an earlier one, %d seconds after it began', (after) => {
    expect(judge(seconds(after))).toEqual({ kind: 'not_asked_again', at: new Date(begunAt.getTime() + after * 1_000) })
  })

  it.each([undefined, null, '', String(seconds(0)), -1, Number.NaN, {}, [seconds(0)], true])(
    'is unknown by %j',
    (claim) => {
      expect(judge(claim)).toEqual({ kind: 'not_dated', at: new Date(0) })
    },
  )

  it.each([
    ['a time that has not come', seconds(301 + skew)],
    ['milliseconds', begunAt.getTime()],
  ])('is unknown by %s', (_what, claim) => {
    expect(judge(claim)).toEqual({ kind: 'not_dated', at: new Date(0) })
  })
})
