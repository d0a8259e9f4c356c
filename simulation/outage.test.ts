import { expect, it } from 'vitest'
import { runOutage } from './outage'
import { outages } from './schedules'

// F31 with its 1,000 connections stands in fault-matrix.test.ts; these are the other ways to be away.

it.each(outages(1))('an Airwallex that is away ($how) loses no connection and stops new sends', async (outage) => {
  const told = await runOutage(outage)
  expect(told.violations).toEqual([])
  expect(told.ended).toBe(0)
  expect(told.ambiguous).toBeLessThanOrEqual(told.inFlight + 3)
})

// The breaker learns of a failure when its answer is there: what left while the third was on its way is not called back.
it('exceeds the three by no more than what left before the third failure was known, in one run of twelve', async () => {
  const excess: number[] = []
  for (let seed = 25; seed <= 36; seed++) {
    const told = await runOutage({ connections: 60, outageMs: 60_000, how: 'error_503', seed })
    expect(told.ended).toBe(0)
    expect(told.violations.filter(({ rule }) => rule !== 'outage_spread')).toEqual([])
    excess.push(Math.max(0, told.ambiguous - told.inFlight - 3))
  }
  expect(excess.filter((more) => more > 0)).toEqual([1])
})
