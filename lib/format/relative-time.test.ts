import { describe, expect, it } from 'vitest'
import { relativeTime } from './relative-time'

const now = new Date('2026-11-23T12:00:00Z')
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000)

describe('relative time', () => {
  it.each([
    [0, 'just now'],
    [4.9, 'just now'],
    [-5, '5 seconds ago'],
    [-89, '89 seconds ago'],
    [-90, '1 minute ago'],
    [300, 'in 5 minutes'],
    [5_399, 'in 89 minutes'],
    [5_400, 'in 1 hour'],
    [-35.9 * 3_600, '35 hours ago'],
    [-36 * 3_600, '1 day ago'],
    [59.99 * 86_400, 'in 59 days'],
    [-101 * 86_400, '3 months ago'],
    [-800 * 86_400, '2 years ago'],
  ])('says for %d seconds %s', (seconds, words) => {
    expect(relativeTime(after(seconds), now)).toBe(words)
  })
})
