import { expect, it } from 'vitest'
import { formatDuration } from './duration'

it.each([
  [0.2, 'under 1 ms'],
  [12.4, '12 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [9_949, '9.9 s'],
  [9_960, '10 s'],
  [119_000, '119 s'],
  [119_600, '2 min'],
  [600_000, '10 min'],
])('writes %d ms as %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text)
})
