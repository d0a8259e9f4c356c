import { afterEach, beforeEach, expect, vi } from 'vitest'

// Unexpected console output fails the test that caused it; a test that expects some installs its own spy.
const methods = ['error', 'warn', 'log', 'info', 'debug'] as const

beforeEach(() => {
  for (const method of methods) vi.spyOn(console, method).mockImplementation(() => {})
})

afterEach(() => {
  const printed = methods.flatMap((method) => {
    const spy = vi.mocked(console[method])
    return vi.isMockFunction(spy) ? spy.mock.calls.map((call) => [`console.${method}`, ...call]) : []
  })
  // First, so that the next test starts clean when this one fails.
  vi.restoreAllMocks()
  expect(printed).toEqual([])
})
