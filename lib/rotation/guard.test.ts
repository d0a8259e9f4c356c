import { describe, expect, it } from 'vitest'
import { figures } from './figures'
import { mayStillWrite } from './guard'

const issued = { monotonicMs: 500, wallMs: 9_000 }
const may = (monotonic: number, wall: number) => {
  return mayStillWrite(issued, { monotonicMs: 500 + monotonic, wallMs: 9_000 + wall }, figures)
}

describe('the guard', () => {
  it('lets a write through within a second of issuing the mark', () => {
    expect(may(0, 0)).toBe(true)
    expect(may(1_000, 1_000)).toBe(true)
  })
  it('refuses when more passed by the monotonic clock', () => expect(may(1_001, 0)).toBe(false))
  it('refuses when more passed by the wall clock: the monotonic one stood still', () =>
    expect(may(3, 1_001)).toBe(false))
  it('refuses when the wall clock went back', () => expect(may(3, -1)).toBe(false))
})
