import { describe, expect, it } from 'vitest'
import { searchAll } from './exhaustive'
import { fingerprintOf } from './exhaustive-fingerprint'
import { firstWorld } from './exhaustive-world'

// The whole search is `npm run simulate -- --mode exhaustive`; here it must find what a broken protocol does.

describe('the exhaustive search', () => {
  it('finds the late send of a process that slept and has no guard', () => {
    const { broken, states } = searchAll('linear', () => true)
    expect(broken).not.toEqual([])
    expect(states).toBeLessThan(200_000)
  })

  it('takes a state for the same whatever the time is, and whichever process is which', () => {
    const world = firstWorld('tree')
    const [first, second] = world.processes
    const later = { ...world, now: 50, processes: [{ ...second, alive: false }, first] as const }
    expect(fingerprintOf({ ...world, now: 7 })).toBe(fingerprintOf(world))
    expect(fingerprintOf(later)).toBe(fingerprintOf({ ...world, processes: [first, { ...second, alive: false }] }))
    expect(fingerprintOf(later)).not.toBe(fingerprintOf(world))
  })
})
