import { describe, expect, it } from 'vitest'
import type { Event } from '@/lib/rotation/commands'
import { figures } from '@/lib/rotation/figures'
import { nextCanary, startCanary } from './canary'

const rules = { figures, lateProbe: true, process: 'test' }
const now = { monotonicMs: 0, wallMs: 0, random: 0 }
const claimed = { kind: 'breaker', result: { kind: 'applied' }, now } as const
const answer = (error: string): Event => {
  return { kind: 'canary_answered', answer: { kind: 'answer', status: 400, body: JSON.stringify({ error }) }, now }
}
const play = (...events: Event[]) => {
  return events.reduce((transition, event) => nextCanary(rules, transition.state, event), startCanary(rules))
}

describe('the canary', () => {
  it('is claimed, sent and reported', () => {
    expect(play().command).toEqual({ kind: 'claim_canary', everyMs: 15_000 })
    expect(play(claimed).command).toEqual({ kind: 'canary', attemptMs: 2_000 })
    expect(play(claimed, answer('invalid_request')).command).toMatchObject({
      report: { kind: 'canary', healthy: true },
    })
    expect(play(claimed, answer('invalid_client')).command).toMatchObject({ report: { healthy: false } })
    expect(play(claimed, answer('invalid_request'), { kind: 'noted', now }).command).toEqual({ kind: 'done' })
  })
  it('is not sent where someone else has it, nor while shutting down', () => {
    expect(play({ kind: 'breaker', result: { kind: 'refused' }, now }).state.step).toBe('done')
    expect(play({ kind: 'stopping', now }).state.step).toBe('done')
  })
})
