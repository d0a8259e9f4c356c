// What `npm test` counts: what was skipped did not pass.

/** @typedef {{ passed: number, failed: number }} Count */

/** @param {string} report of `vitest --reporter=json`; empty when there is none @returns {Count} */
export function ofVitest(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = parsed(report)
  return { passed: numPassedTests ?? 0, failed: added(numFailedTests, numPendingTests, numTodoTests) }
}

/** @param {string} report of Playwright's JSON reporter; empty when there is none @returns {Count} */
export function ofPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = parsed(report).stats ?? {}
  return { passed: expected ?? 0, failed: added(unexpected, flaky, skipped) }
}

/** @param {string} output that ends with `N passed, N failed` @returns {Count} */
export function ofLastLine(output) {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(output.trimEnd().split('\n').at(-1) ?? '') ?? []
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 0) }
}

/**
 * A suite that ran nothing has failed, and so has a runner that says so without a failed test.
 * @param {Count} count
 * @param {number | null} status
 * @returns {Count}
 */
export function judged({ passed, failed }, status) {
  return { passed, failed: failed === 0 && (passed === 0 || status !== 0) ? 1 : failed }
}

/** @param {readonly Count[]} counts @returns {Count} */
export const sum = (counts) =>
  counts.reduce((total, { passed, failed }) => ({ passed: total.passed + passed, failed: total.failed + failed }), {
    passed: 0,
    failed: 0,
  })

const added = (...numbers) => numbers.reduce((total, number) => total + (number ?? 0), 0)

function parsed(report) {
  try {
    return JSON.parse(report)
  } catch {
    return {}
  }
}
