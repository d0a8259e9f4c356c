import { describe, expect, it } from 'vitest'
import type { Renewal } from '@/lib/connections/renewal'
import { interruptedInWords } from './renewal-copy'

const at = new Date('2026-11-23T12:00:00Z')
const repeating: Extract<Renewal, { kind: 'interrupted' }> = {
  kind: 'interrupted',
  since: at,
  sends: 2,
  phase: 'repeating',
  windowEndsAt: at,
  probes: 0,
  next: { kind: 'by', at },
}
const late = { ...repeating, phase: 'late' } as const
const times = { since: '12:00:01', nextBy: '12:00:06', windowEnds: '12:00:41' }
const words = (renewal: typeof repeating, isQuarantined = false, nextBy: string | null = times.nextBy) =>
  interruptedInWords(renewal, { ...times, nextBy }, isQuarantined).join(' ')

describe('an interrupted renewal', () => {
  it('says since when, how often it was sent, and by when it is sent again', () => {
    expect(words(repeating)).toContain('sent 2 times since 12:00:01')
    expect(words(repeating)).toContain('by 12:00:06, and repeated until 12:00:41')
    expect(words({ ...repeating, sends: 1 })).toContain('sent once')
    expect(words(repeating, false, null)).toContain('being sent again now')
  })

  it('says that the sure minute is over, and what is tried then', () => {
    expect(words(late)).toContain('is over')
    expect(words(late)).toContain('The next is made by 12:00:06')
    expect(words(late)).not.toContain('so far')
    expect(words({ ...late, probes: 1 })).toContain('One was made so far')
    expect(words({ ...late, probes: 40 })).toContain('40 were made so far')
    expect(words({ ...late, probes: 40 })).toContain('Only Airwallex’s own refusal ends the connection')
    expect(words(late, false, null)).toContain('One is being made now')
  })

  it('promises nothing while it is quarantined', () => {
    for (const renewal of [repeating, late]) {
      expect(words(renewal, true)).toContain('Nothing is sent while the connection is quarantined')
      expect(words(renewal, true)).not.toContain('12:00:06')
    }
  })
})
