import { describe, expect, it } from 'vitest'
import {
  causeInWords,
  compactedInWords,
  LINEAGE_OUTCOMES,
  lineageOutcome,
  MARKS,
  repairsInWords,
  timingInWords,
  timingOf,
} from './lineage-copy'

const at = (ms: number) => new Date(Date.UTC(2026, 10, 23, 12) + ms)
const entry = { cause: 'requested', outcome: 'rotated', repairs: 0 }

describe('a generation', () => {
  it('has a mark of its own where it was repaired, authorized or ended', () => {
    const marks = [
      lineageOutcome(entry),
      lineageOutcome({ ...entry, cause: 'rescue', repairs: 1 }),
      lineageOutcome({ ...entry, outcome: 'rejected' }),
      lineageOutcome({ ...entry, cause: 'authorization', outcome: 'authorized' }),
    ].map(({ mark }) => mark)
    expect(marks).toEqual(['renewed', 'repaired', 'ended', 'authorized'])
    expect(new Set(Object.values(MARKS).map(({ label }) => label)).size).toBe(Object.keys(MARKS).length)
  })

  it('that failed is not called repaired, however often it was sent', () => {
    for (const outcome of ['rejected', 'unresolved', 'answer_dropped']) {
      expect(lineageOutcome({ ...entry, outcome, repairs: 3 }).label).toBe(
        LINEAGE_OUTCOMES[outcome as keyof typeof LINEAGE_OUTCOMES].label,
      )
    }
  })

  it('shows what another release has stored as it is', () => {
    expect(lineageOutcome({ ...entry, outcome: 'toString' })).toEqual({ label: 'toString', mark: 'unknown' })
    expect(causeInWords({ cause: 'constructor', neededBy: null, neededByName: null })).toBe('constructor')
    const strange = { cause: 'requested', neededBy: 'valueOf', neededByName: null }
    expect(causeInWords(strange)).toBe('Needed by valueOf')
  })

  it('says who needed it', () => {
    const person = { neededBy: 'partner_user:01a2', neededByName: 'Ada' }
    expect(causeInWords({ cause: 'requested', ...person })).toBe('Needed by Ada')
    expect(causeInWords({ cause: 'forced', ...person })).toBe('Airwallex rejected the access token; needed by Ada')
    expect(causeInWords({ cause: 'requested', ...person, neededByName: null })).toBe('Needed by someone no longer here')
    expect(causeInWords({ cause: 'requested', neededBy: 'first_fetch', neededByName: null })).toContain('first read')
    expect(causeInWords({ cause: 'keep_alive', neededBy: null, neededByName: null })).toMatch(/^Kept alive/)
  })

  it('took as long as from its last send until it was stored', () => {
    const timing = timingOf({ sentAt: at(0), answeredAt: at(380), committedAt: at(392) })
    expect(timing).toEqual({ totalMs: 392, answerMs: 380, storedMs: 12 })
    expect(timing && timingInWords(timing)).toBe('Answered in 380 ms, stored 12 ms later')
    expect(timingOf({ sentAt: null, answeredAt: null, committedAt: at(0) })).toBeNull()
    const unanswered = timingOf({ sentAt: at(0), answeredAt: null, committedAt: at(900) })
    expect(unanswered && timingInWords(unanswered)).toBe('Not answered')
    expect(repairsInWords(1)).toBe('sent 2 times')
  })

  it('never took less than no time, although the database’s clock was set back', () => {
    expect(timingOf({ sentAt: at(500), answeredAt: at(800), committedAt: at(0) })).toEqual({
      totalMs: 0,
      answerMs: 300,
      storedMs: 0,
    })
  })
})

it('counts the generations whose rows are gone', () => {
  const compacted = { renewals: 1_447, keptAlive: 3, from: at(0), to: at(0) }
  expect(compactedInWords(compacted, 'Sep 4, 2026', 'Sep 24, 2026')).toBe(
    'Before these: 1,447 routine renewals from Sep 4, 2026 to Sep 24, 2026, 3 of them to keep it alive. Their rows are kept as counts.',
  )
  const one = compactedInWords({ ...compacted, renewals: 1, keptAlive: 0 }, 'Sep 4', 'Sep 4')
  expect(one).toContain('1 routine renewal on Sep 4.')
})
