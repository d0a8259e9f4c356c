import { describe, expect, it } from 'vitest'
import { judged, ofLastLine, ofPlaywright, ofVitest, sum } from './counts.mjs'

const none = { passed: 0, failed: 0 }

describe('the count of a suite', () => {
  it('takes what was skipped or left to do for failed', () => {
    const report = JSON.stringify({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 3 })
    expect(ofVitest(report)).toEqual({ passed: 5, failed: 6 })
    const stats = JSON.stringify({ stats: { expected: 7, unexpected: 1, flaky: 1, skipped: 1 } })
    expect(ofPlaywright(stats)).toEqual({ passed: 7, failed: 3 })
  })

  it.each(['', '{"stats":', '{}'])('is nothing in a report like %j', (report) => {
    expect(ofVitest(report)).toEqual(none)
    expect(ofPlaywright(report)).toEqual(none)
  })

  it('stands in the last line of the simulation, and nowhere else', () => {
    expect(ofLastLine('seed 7\n12 passed, 3 failed\n')).toEqual({ passed: 12, failed: 3 })
    expect(ofLastLine('12 passed, 0 failed\nthen it broke\n')).toEqual(none)
    expect(ofLastLine('')).toEqual(none)
  })
})

describe('the verdict on a suite', () => {
  it('is a failure when it ran nothing', () => {
    expect(judged(none, 0)).toEqual({ passed: 0, failed: 1 })
  })

  it.each([1, null])('is a failure when its runner ended with %s and named no test', (status) => {
    expect(judged({ passed: 9, failed: 0 }, status)).toEqual({ passed: 9, failed: 1 })
  })

  it('is its count otherwise', () => {
    expect(judged({ passed: 9, failed: 0 }, 0)).toEqual({ passed: 9, failed: 0 })
    expect(judged({ passed: 9, failed: 2 }, 1)).toEqual({ passed: 9, failed: 2 })
  })
})

it('adds the suites up', () => {
  expect(sum([])).toEqual(none)
  expect(
    sum([
      { passed: 2, failed: 1 },
      { passed: 3, failed: 0 },
    ]),
  ).toEqual({ passed: 5, failed: 1 })
})
