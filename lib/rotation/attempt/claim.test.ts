import { describe, expect, it } from 'vitest'
import type { TokenAnswer } from '@/lib/rotation/ports'
import { closedBreaker } from '@/lib/rotation/row/breaker'
import {
  answered,
  applied,
  command,
  fresh,
  json,
  type Outcome,
  play,
  prepared,
  read,
  resultOf,
  rotated,
  strict,
  waited,
} from '@/lib/rotation/testing/attempt'
import { claimedRow, key, markedRow, NOW, readingOf, rowWith } from '@/lib/rotation/testing/rows'

describe('past the window', () => {
  const past = markedRow(50_000, { leaseUntil: null })
  const claim = applied(markedRow(50_000))
  const canary = (answer: TokenAnswer): Outcome => ({ kind: 'canary_answered', answer })
  const healthy = canary(json(400, { error: 'invalid_request' }))
  const probe = (outcomes: Outcome[]) => command(outcomes, readingOf(past))

  it('claims for longer, sends the canary, waits five seconds, then marks and sends', () => {
    expect(probe([])).toMatchObject({ kind: 'claim', args: { leaseMs: 26_000 } })
    expect(probe([claim])).toEqual({ kind: 'canary', attemptMs: 2_000 })
    expect(probe([claim, healthy])).toEqual({ kind: 'wait', ms: 4_990 })
    expect(probe([claim, healthy, waited]).kind).toBe('prepare')
    expect(probe([claim, healthy, waited, prepared]).kind).toBe('mark_late_probe')
  })
  it('spends no probe on an endpoint that does not answer', () => {
    expect(probe([claim, canary({ kind: 'no_answer', detail: 'reset' })])).toMatchObject({
      kind: 'release',
      args: { delayMs: 15_000 },
    })
  })
  it('gives the probe back when it was not processed', () => {
    const limited = [
      claim,
      healthy,
      waited,
      prepared,
      applied(markedRow(0, { lateProbes: 1 })),
      answered(json(429, {})),
    ]
    expect(probe(limited)).toMatchObject({ kind: 'undo', args: { lateProbe: { firstSentAt: NOW - 50_000 } } })
  })
  it('goes on after any number of probes that went unanswered', () => {
    const often = { ...past, lateProbes: 1_000 }
    const sent = [applied(often), healthy, waited, prepared, applied(markedRow(0, { lateProbes: 1_001 }))]
    expect(command(sent, readingOf(often)).kind).toBe('send')
  })
  it('repeats a probe once within its own minute, then pauses for as long as the window has been over', () => {
    const unanswered = answered(json(503, {}))
    const sent = [claim, healthy, waited, prepared, applied(markedRow(0, { lateProbes: 1 })), unanswered]
    expect(probe(sent)).toMatchObject({ kind: 'release', args: { delayMs: 900, countAttempt: false } })

    const probed = markedRow(1_000, { lateProbes: 1, ambiguousSince: NOW - 100_000 })
    const again = [applied(probed), prepared, applied(probed), unanswered]
    const released = command(again, readingOf({ ...probed, leaseUntil: null }))
    expect(released).toMatchObject({ kind: 'release', args: { delayMs: 60_000, countAttempt: false } })
  })
  it('ends the grant after the same wait under the strict rule', () => {
    const steps = [applied(markedRow(50_000)), waited]
    expect(command(steps.slice(0, 1), readingOf(past), strict)).toEqual({ kind: 'wait', ms: 5_000 })
    expect(command(steps, readingOf(past), strict)).toMatchObject({
      kind: 'terminal',
      args: { reason: 'unresolved', windowMs: 40_000 },
    })
    expect(resultOf(play(readingOf(past), [...steps, applied(rowWith())], {}, 10, strict))).toEqual({
      kind: 'ended',
      reason: 'unresolved',
    })
  })
})

describe('the half-open breaker', () => {
  const reading = readingOf(rowWith({}, 0), { breaker: { ...closedBreaker, state: 'half_open', since: NOW - 5_000 } })
  const slot = (kind: 'applied' | 'refused'): Outcome => ({ kind: 'breaker', result: { kind } })

  it('is asked for its slot after the claim; without it the lease is freed', () => {
    expect(command([applied(claimedRow())], reading)).toEqual({ kind: 'take_slot', holder: 'c/1', leaseMs: 21_000 })
    expect(command([applied(claimedRow()), slot('refused')], reading).kind).toBe('release')
    expect(command([applied(claimedRow()), slot('applied')], reading).kind).toBe('prepare')
  })
  it('hears of a success, or gets its slot back where nothing was learned', () => {
    const sent = [applied(claimedRow()), slot('applied'), prepared, applied(markedRow(0))]
    const good = [...sent, answered(json(200, rotated)), applied(rowWith({ generation: 2 }))]
    expect(command(good, reading)).toEqual({ kind: 'report', report: { kind: 'good' } })
    const limited = [...sent, answered(json(429, {})), applied(rowWith())]
    expect(command(limited, reading)).toEqual({ kind: 'report', report: { kind: 'slot_returned', holder: 'c/1' } })
  })
})

describe('background work', () => {
  it('reads first, and ends where its reason has gone', () => {
    expect(play(null, [], { cause: 'rescue' }).command).toEqual({ kind: 'read', key })
    expect(resultOf(play(null, [read(rowWith())], { cause: 'rescue' }))).toEqual({
      kind: 'gave_up',
      why: 'nothing_to_do',
    })
  })
  it('refuses an event that answers nothing it asked', () => {
    expect(() => play(fresh, [waited])).toThrow('expected the event "stored" and got "waited"')
  })
})
