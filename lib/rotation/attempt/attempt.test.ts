import { describe, expect, it } from 'vitest'
import {
  answered,
  applied,
  at,
  attempt,
  command,
  fresh,
  json,
  type Outcome,
  play,
  prepared,
  read,
  resultOf,
  rotated,
  stored,
  toMark,
  toSend,
  waited,
} from '@/lib/rotation/testing/attempt'
import { claimedRow, key, markedRow, NOW, readingOf, rowWith } from '@/lib/rotation/testing/rows'

describe('the whole way', () => {
  it('claims, prepares, marks, sends and commits', () => {
    expect(command([])).toEqual({ kind: 'claim', args: { ...key, grantNo: 1, generation: 1, leaseMs: 21_000 } })
    expect(command(toMark.slice(0, 1))).toMatchObject({
      kind: 'prepare',
      binding: { generation: 1, field: 'refresh_token' },
    })
    expect(command(toMark)).toEqual({ kind: 'mark', args: { ...attempt, windowMs: 40_000, leaseLeftMs: 17_000 } })
    expect(command(toSend)).toMatchObject({ kind: 'send', refreshToken: 'r1', markIssued: at(20), attemptMs: 15_000 })
    expect(command([...toSend, answered(json(200, rotated))])).toMatchObject({
      kind: 'commit',
      draft: {
        ...attempt,
        tokens: { accessToken: 'a2', refreshToken: 'r2' },
        accessTokenLifeSeconds: 300,
        elapsedMs: 10,
        sentAt: NOW,
        keepAliveInMs: 3_888_000_000,
        lineage: {
          generation: 2,
          outcome: 'rotated',
          repairs: 0,
          cause: 'requested',
          neededBy: 'somebody',
          sentAt: NOW,
          answeredAt: NOW + 10,
        },
      },
    })
    const end = play(fresh, [...toSend, answered(json(200, rotated)), applied(rowWith({ generation: 2 }))])
    expect(resultOf(end)).toEqual({ kind: 'rotated', generation: 2 })
  })

  it('is plain JSON at every step', () => {
    const outcomes = [...toSend, answered(json(200, rotated)), applied(rowWith({ generation: 2 }))]
    for (let n = 0; n <= outcomes.length; n++) {
      const { state } = play(fresh, outcomes.slice(0, n))
      expect(JSON.parse(JSON.stringify(state))).toEqual(state)
    }
  })
})

describe('1. claim', () => {
  it('that found no row is followed by a look, then by a wait of 150 to 350 ms', () => {
    expect(command([stored('refused')])).toEqual({ kind: 'read', key })
    expect(command([stored('refused'), read(claimedRow())])).toEqual({ kind: 'wait', ms: 250 })
    expect(command([stored('refused'), read(rowWith({}, 0))])).toEqual({ kind: 'wait', ms: 250 })
    expect(command([stored('refused'), read(claimedRow()), waited])).toEqual({ kind: 'read', key })
    expect(command([stored('refused'), read(claimedRow()), waited, read(rowWith({}, 0))]).kind).toBe('claim')
  })
  it('ends where the row moved on', () => {
    expect(resultOf(play(fresh, [stored('refused'), read(rowWith({ generation: 2 }))]))).toEqual({ kind: 'moved_on' })
    expect(resultOf(play(fresh, [stored('refused'), read(rowWith({ grantNo: 2 }))]))).toEqual({ kind: 'moved_on' })
  })
  it('gives up at once where the row is due only after this flow', () => {
    const late = readingOf(rowWith({ nextAttemptAt: NOW + 6_000 }, 0))
    expect(resultOf(play(late, []))).toEqual({ kind: 'gave_up', why: 'not_due' })
  })
  it('is not made while shutting down', () => {
    expect(resultOf(play(fresh, [{ kind: 'stopping' }]))).toEqual({ kind: 'gave_up', why: 'stopping' })
  })
  it('gives up after five seconds of waiting', () => {
    const busy = Array.from({ length: 500 }, () => [read(claimedRow()), waited]).flat()
    expect(resultOf(play(fresh, [stored('refused'), ...busy.slice(0, 499)]))).toEqual({ kind: 'gave_up', why: 'busy' })
  })
})

describe('2. prepare', () => {
  const after = (result: 'unreadable' | 'key_missing' | 'connect_failed', row = claimedRow()): Outcome[] => [
    applied(row),
    { kind: 'prepared', result: { kind: result } },
  ]
  it('backs off by attempts when the connection fails, and tells the breaker', () => {
    const failed = after('connect_failed', claimedRow({ attempts: 3 }))
    expect(command(failed)).toEqual({ kind: 'release', args: { ...attempt, delayMs: 4_000, countAttempt: true } })
    expect(command([...failed, applied(rowWith())])).toEqual({
      kind: 'report',
      report: { kind: 'failure', connectionId: 'c' },
    })
  })
  it('stays quick inside a window', () => {
    const reading = readingOf(markedRow(5_000, { leaseUntil: null }))
    const row = markedRow(5_000, { attempts: 9 })
    expect(command(after('connect_failed', row), reading)).toMatchObject({ args: { delayMs: 1_200 } })
  })
  it.each([
    ['unreadable', 60_000, 'sealed_value_unreadable'],
    ['key_missing', 500, 'key_missing'],
  ] as const)('keeps a refresh token that does not open (%s), and says so once', (result, delayMs, alarm) => {
    const again = play(fresh, after(result, claimedRow({ unreadableSince: NOW - 60_000 })))
    const first = play(fresh, after(result))
    expect(first.command).toEqual({ kind: 'set_aside', args: { ...attempt, delayMs } })
    expect(first.observed).toEqual([{ kind: 'alarm', key: attempt, alarm }])
    expect(again).toMatchObject({ command: { kind: 'set_aside' }, observed: [] })
    expect(resultOf(play(fresh, [...after(result), applied(rowWith())]))).toEqual({ kind: 'gave_up', why: result })
  })
})

describe('3. mark and 4. guard', () => {
  it('sends nothing when the mark found no row: the lease is freed', () => {
    expect(command([...toMark, stored('refused')])).toEqual({
      kind: 'release',
      args: { ...attempt, delayMs: 0, countAttempt: false },
    })
  })
  it('sends nothing when the outcome of the mark is unknown: it is undone until known, else the lease is freed', () => {
    const lost = [...toMark, stored('unknown')]
    expect(command(lost)).toMatchObject({ kind: 'undo', args: { ...attempt, delayMs: 0, lateProbe: null } })
    expect(command([...lost, stored('unknown')])).toEqual({ kind: 'wait', ms: 100 })
    expect(command([...lost, stored('unknown'), waited]).kind).toBe('undo')
    expect(command([...lost, stored('refused')]).kind).toBe('release')
  })
  it('gives the mark back to the attempt before it, which may still hold an answer (F13)', () => {
    const second = [applied(markedRow(25_000, { fence: 2 })), prepared, stored('unknown')]
    expect(command(second, readingOf(markedRow(25_000, { leaseUntil: null })))).toMatchObject({
      kind: 'undo',
      args: { fence: 2, sentFenceBefore: 1 },
    })
  })
  it('undoes the mark when the guard refused', () => {
    expect(command([...toSend, answered({ kind: 'not_sent' })])).toMatchObject({
      kind: 'undo',
      args: { delayMs: 0, countAttempt: false },
    })
  })
})
