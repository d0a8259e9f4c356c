import { afterEach, beforeEach, expect, vi } from 'vitest'

// Unexpected console output fails the test that caused it; a test that expects some installs its own spy.
const methods = ['error', 'warn', 'log', 'info', 'debug'] as const

beforeEach(() => {
  for (const method of methods) vi.spyOn(console, method).mockImplementation(() => {})
})

afterEach(() => {
  for (const method of methods) {
    const spy = vi.mocked(console[method])
    if (vi.isMockFunction(spy)) expect(spy.mock.calls, `console.${method}`).toEqual([])
  }
  vi.restoreAllMocks()
})
