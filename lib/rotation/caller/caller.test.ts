import { describe, expect, it } from 'vitest'
import type { AttemptResult, Event, Moment } from '@/lib/rotation/commands'
import { figures } from '@/lib/rotation/figures'
import { closedBreaker } from '@/lib/rotation/row/breaker'
import type { CredentialRow, Reading } from '@/lib/rotation/row/row'
import { claimedRow, key, markedRow, NOW, readingOf, rowWith } from '@/lib/rotation/testing/rows'
import { nextCaller, startCaller } from './caller'
import type { CallerTransition } from './state'

const rules = { figures, lateProbe: true, process: 'test' }
const request = { key, minTtlMs: 30_000, neededBy: 'somebody', rejectedGeneration: null as number | null }

type Outcome = Event extends infer E ? (E extends Event ? Omit<E, 'now'> : never) : never
const read = (row: CredentialRow, change: Partial<Reading> = {}): Outcome => ({
  kind: 'read',
  result: { kind: 'found', reading: readingOf(row, change) },
})
const opened: Outcome = { kind: 'opened', result: { kind: 'opened', token: 'plain' } }
const waited: Outcome = { kind: 'waited' }
const pursued = (result: AttemptResult | { kind: 'timed_out' }, joined = false): Outcome => ({
  kind: 'pursued',
  result,
  joined,
})
const gaveUp: AttemptResult = { kind: 'gave_up', why: 'ambiguous' }
const expired = rowWith({}, 0)
const rotated = rowWith({ generation: 2 })

/** Plays the outcomes, `stepMs` each. */
function play(outcomes: readonly Outcome[], change: Partial<typeof request> = {}, stepMs = 10): CallerTransition {
  const at = (monotonicMs: number): Moment => ({ monotonicMs, wallMs: monotonicMs, random: 0.5 })
  let transition = startCaller(rules, { ...request, ...change }, at(0))
  outcomes.forEach((outcome, n) => {
    transition = nextCaller(rules, transition.state, { ...outcome, now: at((n + 1) * stepMs) } as Event)
  })
  return transition
}
const done = (transition: CallerTransition) => {
  const { state } = transition
  return state.step === 'done' ? state : { result: state.step, beside: [] }
}

describe('a caller', () => {
  it('gets a fresh token after one read', () => {
    expect(play([]).command).toEqual({ kind: 'read', key })
    expect(play([read(rowWith())]).command).toMatchObject({
      kind: 'open',
      sealed: 'sealed access',
      binding: { field: 'access_token' },
    })
    expect(done(play([read(rowWith()), opened]))).toMatchObject({
      result: { kind: 'token', accessToken: 'plain', generation: 1, leftMs: 299_980 },
      beside: [],
    })
  })
  it('leaves the refresh of an ageing token beside', () => {
    const { beside } = done(play([read(rowWith({}, 45_000)), opened]))
    expect(beside).toMatchObject([{ kind: 'pursue', goal: { cause: 'requested', neededBy: 'somebody' } }])
  })
  it('waits for a refresh no longer than it has, then judges a new reading', () => {
    expect(play([read(expired)]).command).toMatchObject({
      kind: 'pursue',
      goal: { cause: 'requested' },
      withinMs: 4_990,
    })
    const after = play([read(expired), pursued({ kind: 'rotated', generation: 2 })])
    expect(after.command).toEqual({ kind: 'read', key })
    expect(done(play([read(expired), pursued({ kind: 'moved_on' }), read(rotated), opened])).result).toMatchObject({
      generation: 2,
    })
  })
  it('starts at most one rotation', () => {
    const lifeless = rowWith({ generation: 2, accessTokenLifeSeconds: 0 }, 0)
    expect(
      done(play([read(expired), pursued({ kind: 'rotated', generation: 2 }), read(lifeless)])).result,
    ).toMatchObject({
      kind: 'temporarily_unavailable',
      why: 'no_fresh_token',
    })
  })
  it('takes what is left when its own attempt gave up, down to five seconds', () => {
    const left = (ms: number) =>
      done(
        play([read(rowWith({}, 20_000)), pursued(gaveUp), read(rowWith({}, ms)), opened].slice(0, ms < 5_000 ? 3 : 4)),
      )
    expect(left(5_000).result).toMatchObject({ kind: 'token' })
    expect(left(4_999).result).toMatchObject({ kind: 'temporarily_unavailable', retryAfterMs: 1_000 })
  })
  it('pursues once more when a flight it joined gave up while it still has time', () => {
    const joined = [read(expired), pursued(gaveUp, true)]
    expect(play(joined).command).toEqual({ kind: 'wait', ms: 250 })
    expect(play([...joined, waited, read(expired)]).command.kind).toBe('pursue')
    expect(play(joined, {}, 2_500).command.kind).toBe('read')
  })
  it('ends when its time is over', () => {
    expect(done(play([read(expired), pursued({ kind: 'timed_out' }), read(claimedRow())])).result).toMatchObject({
      kind: 'temporarily_unavailable',
    })
  })
  it('re-reads when it slept between asking for the row and unsealing, even while the read was under way', () => {
    expect(play([read(rowWith()), opened], {}, 1_501).command).toEqual({ kind: 'read', key })
    expect(play([read(rowWith()), opened], {}, 1_499).command).toEqual({ kind: 'done' })
  })
  it.each([
    ['only the wall clock went on', { monotonicMs: 20, wallMs: 60_000 }],
    ['only the monotonic clock went on', { monotonicMs: 4_000, wallMs: 20 }],
    ['the wall clock was set back', { monotonicMs: 20, wallMs: -60_000 }],
  ])('re-reads where %s', (_, clocks) => {
    const { state } = play([read(rowWith())])
    const again = nextCaller(rules, state, { ...opened, now: { ...clocks, random: 0.5 } } as Event)
    expect(again.command).toEqual({ kind: 'read', key })
  })
})

describe('refusals', () => {
  it('come at once, after a wait too', () => {
    expect(done(play([read(rowWith(), { frozen: true })])).result).toEqual({ kind: 'frozen' })
    const gone = rowWith({ status: 'disconnected', grantNo: 2 })
    expect(done(play([read(expired), pursued({ kind: 'moved_on' }), read(gone)])).result).toEqual({
      kind: 'disconnected',
    })
    expect(done(play([{ kind: 'read', result: { kind: 'absent' } }])).result).toEqual({ kind: 'absent' })
  })
  it('say that the store cannot be reached', () => {
    const unknown: Outcome = { kind: 'read', result: { kind: 'unknown', cause: 'down' } }
    expect(done(play([unknown])).result).toMatchObject({ kind: 'temporarily_unavailable', why: 'store_unreachable' })
  })
  it('rescue an interrupted rotation beside, frozen or not, but not in quarantine', () => {
    const interrupted = markedRow(9_000, { leaseUntil: null })
    const frozen = done(play([read(interrupted, { frozen: true })]))
    expect(frozen).toMatchObject({
      result: { kind: 'frozen' },
      beside: [{ kind: 'pursue', goal: { cause: 'rescue' } }],
    })
    expect(done(play([read({ ...interrupted, quarantinedAt: NOW })])).beside).toEqual([])
  })
  it('send the canary beside when the breaker waits for one', () => {
    const breaker = { ...closedBreaker, state: 'open', canaryAt: NOW } as const
    expect(done(play([read(rowWith(), { breaker }), opened])).beside).toEqual([{ kind: 'canary' }])
  })
})

describe('sealed values', () => {
  const result = (kind: 'unreadable' | 'key_missing'): Outcome => ({ kind: 'opened', result: { kind } })

  it.each(['unreadable', 'key_missing'] as const)('that do not open (%s) are replaced by one refresh', (kind) => {
    expect(play([read(rowWith()), result(kind)]).command).toMatchObject({
      kind: 'pursue',
      goal: { cause: 'requested' },
    })
    const healed = [read(rowWith()), result(kind), pursued({ kind: 'rotated', generation: 2 }), read(rotated), opened]
    expect(done(play(healed)).result).toMatchObject({ kind: 'token', generation: 2 })
    const again = play([read(rowWith()), result(kind), pursued(gaveUp), read(rowWith()), result(kind)])
    expect(done(again).result).toMatchObject({ kind: 'temporarily_unavailable', why: kind })
  })
})

describe('11. a caller whose token the API refused', () => {
  const refusedOne = { rejectedGeneration: 1 }
  const forced = (kind: 'applied' | 'refused'): Outcome => ({
    kind: 'stored',
    result: kind === 'applied' ? { kind, row: rowWith({ forcedAt: NOW }), at: NOW } : { kind },
  })

  it('gets a newer generation at once', () => {
    expect(play([read(rotated)], refusedOne).command.kind).toBe('open')
  })
  it('forces a rotation of a token that looks fresh', () => {
    expect(play([read(rowWith())], refusedOne).command).toMatchObject({
      kind: 'force',
      args: { generation: 1, everyMs: 30_000 },
    })
    expect(play([read(rowWith()), forced('applied')], refusedOne).command).toMatchObject({
      kind: 'pursue',
      goal: { cause: 'forced' },
    })
  })
  it('never gets the refused generation back', () => {
    const failed = play([read(rowWith()), forced('applied'), pursued(gaveUp), read(rowWith())], refusedOne)
    expect(done(failed).result).toMatchObject({ kind: 'temporarily_unavailable', why: 'refused_by_api' })
    const spent = play([read(rowWith()), forced('refused'), waited, read(rowWith())], refusedOne)
    expect(done(spent).result).toMatchObject({ kind: 'temporarily_unavailable', why: 'refused_by_api' })
  })
  it('waits for the rotation that another one forced', () => {
    const waiting = [read(rowWith()), forced('refused'), waited, read({ ...rowWith(), leaseUntil: NOW + 1 })]
    expect(play(waiting, refusedOne).command.kind).toBe('wait')
    expect(play([...waiting, waited, read(rotated)], refusedOne).command.kind).toBe('open')
  })
})
