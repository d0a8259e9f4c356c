import { describe, expect, it } from 'vitest'
import { isStale } from './kinds'

const now = new Date('2026-11-23T12:00:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000)

describe('isStale', () => {
  it.each([
    ['balances', 59, false],
    ['balances', 60, true],
    ['account_details', 599, false],
    ['account_details', 600, true],
  ] as const)('judges %s of %i seconds ago', (kind, seconds, stale) => {
    const snapshot = { fetchedAt: ago(seconds), attemptedAt: ago(seconds), failure: null }
    expect(isStale(kind, snapshot, now)).toBe(stale)
  })

  it('asks for what was never fetched', () => {
    expect(isStale('balances', null, now)).toBe(true)
    expect(isStale('balances', { fetchedAt: null, attemptedAt: ago(1), failure: null }, now)).toBe(true)
  })

  it('leaves a failing read alone for half a minute', () => {
    const failed = (seconds: number) => ({
      fetchedAt: null,
      attemptedAt: ago(seconds),
      failure: 'unavailable' as const,
    })
    expect(isStale('balances', failed(29), now)).toBe(false)
    expect(isStale('balances', failed(30), now)).toBe(true)
  })
})
