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
