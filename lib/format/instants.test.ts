import { describe, expect, it } from 'vitest'
import { formatDay, formatExact, formatMoment } from './instants'
import { parseTimeZone } from './time-zone'

const at = new Date('2026-11-23T22:05:09.123Z')
const inUtc = { now: new Date('2026-11-23T23:00:00Z'), timeZone: null }
const inTokyo = { now: inUtc.now, timeZone: 'Asia/Tokyo' }

describe('instants', () => {
  it('are exact to the second and name their zone', () => {
    expect(formatExact(at, inUtc)).toBe('Nov 23, 2026, 22:05:09 UTC')
    expect(formatExact(at, inTokyo)).toBe('Nov 24, 2026, 07:05:09 GMT+9')
  })

  it('say UTC while the zone of the viewer is unknown, and only then', () => {
    expect(formatMoment(at, inUtc)).toBe('22:05:09 UTC')
    expect(formatMoment(at, inTokyo)).toBe('07:05:09')
  })

  it('name the day unless it is the viewer’s today', () => {
    const nextDay = { now: new Date('2026-11-24T16:00:00Z'), timeZone: 'Asia/Tokyo' }
    expect(formatMoment(at, nextDay)).toBe('Nov 24, 2026, 07:05')
    expect(formatDay(at, inTokyo)).toBe('Nov 24, 2026')
  })

  it('count midnight as 00', () => {
    expect(formatMoment(new Date('2026-11-23T00:00:01Z'), inUtc)).toBe('00:00:01 UTC')
  })
})

describe('the zone of the cookie', () => {
  it.each(['Europe/London', 'America/Argentina/Buenos_Aires', 'UTC'])('takes %s', (zone) => {
    expect(parseTimeZone(zone)).not.toBeNull()
  })

  it.each([undefined, '', 'Mars/Olympus', '<script>', 'A'.repeat(65), 'Europe/London\u0000'])('refuses %j', (zone) => {
    expect(parseTimeZone(zone)).toBeNull()
  })
})
