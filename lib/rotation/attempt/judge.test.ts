import { describe, expect, it } from 'vitest'
import type { Alarm } from '@/lib/rotation/commands'
import type { TokenAnswer } from '@/lib/rotation/ports'
import type { BreakerReport } from '@/lib/rotation/row/breaker'
import type { CredentialRow } from '@/lib/rotation/row/row'
import {
  answered,
  applied,
  attempt,
  command,
  fresh,
  json,
  noted,
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
import { claimedRow, key, markedRow, NOW, rowWith } from '@/lib/rotation/testing/rows'

describe('6. classify', () => {
  it('releases after an ambiguous answer, tells the breaker and tries again', () => {
    const lost = [...toSend, answered({ kind: 'no_answer', detail: 'reset' })]
    expect(command(lost)).toEqual({ kind: 'release', args: { ...attempt, delayMs: 900, countAttempt: false } })
    expect(command([...lost, applied(rowWith())]).kind).toBe('report')
    expect(command([...lost, applied(rowWith()), noted]).kind).toBe('wait')
  })
  it('takes twice the time from the eleventh send of one token on', () => {
    const after = (sendCount: number) =>
      command([...toMark, applied(markedRow(0, { sendCount })), answered({ kind: 'no_answer', detail: 'reset' })])
    expect(after(10)).toMatchObject({ kind: 'release', args: { delayMs: 900 } })
    expect(after(11)).toMatchObject({ kind: 'release', args: { delayMs: 1_800 } })
  })
  it('undoes a 429 and comes back after one to two seconds', () => {
    const limited = [...toSend, answered(json(429, {}))]
    expect(command(limited)).toMatchObject({ kind: 'undo', args: { delayMs: 1_500, countAttempt: false } })
    expect(command([...limited, applied(rowWith())]).kind).toBe('wait')
  })
  it('undoes a refusal of a client, and asks by a canary whose it is', () => {
    const refused = [...toSend, answered(json(401, { error: 'invalid_client' }))]
    expect(command(refused)).toMatchObject({ kind: 'undo', args: { delayMs: 500, countAttempt: true } })
    expect(command([...refused, applied(rowWith())])).toEqual({ kind: 'canary', attemptMs: 2_000 })
  })
  it.each<[string, TokenAnswer, BreakerReport | null, Alarm]>([
    [
      'our client, where the canary is refused, too',
      json(401, { error: 'invalid_client' }),
      { kind: 'canary_refused' },
      'client_refused',
    ],
    [
      'anyone, where the canary goes unanswered',
      { kind: 'no_answer', detail: 'reset' },
      { kind: 'client_refused', connectionId: 'c' },
      'client_refused',
    ],
    [
      'this connection alone, where the canary is healthy',
      json(400, { error: 'invalid_request' }),
      null,
      'connection_refused',
    ],
  ])('takes a refusal to concern %s', (_, answer, report, alarm) => {
    const refused = [...toSend, answered(json(401, { code: 'credentials_invalid' })), applied(rowWith())]
    const checked = play(fresh, [...refused, { kind: 'canary_answered', answer }])
    expect(checked.observed).toContainEqual({ kind: 'alarm', key: attempt, alarm, detail: 'credentials_invalid' })
    expect(checked.command).toEqual(report ? { kind: 'report', report } : { kind: 'done' })
  })
  it('undoes what is our own request’s fault', () => {
    const scope = play(fresh, [...toSend, answered(json(400, { error: 'invalid_scope' })), applied(rowWith())])
    expect(resultOf(scope)).toEqual({ kind: 'gave_up', why: 'request_refused' })
  })
  it('re-reads before it believes invalid_grant, and believes it only of the version it sent', () => {
    const rejected = [...toSend, answered(json(400, { error: 'invalid_grant' }))]
    expect(command(rejected)).toEqual({ kind: 'read', key })
    expect(resultOf(play(fresh, [...rejected, read(rowWith({ generation: 2 }))]))).toEqual({ kind: 'moved_on' })
    expect(command([...rejected, read(markedRow(0))])).toMatchObject({
      kind: 'reject',
      args: {
        ...attempt,
        reason: 'refresh_token_rejected',
        lineage: { outcome: 'rejected', presented: 'r1', issued: null },
      },
    })
  })
  it('believes invalid_grant where the row cannot be read again: the swap reads it once more', () => {
    const silent: Outcome = { kind: 'read', result: { kind: 'unknown', cause: 'lost' } }
    const rejected = [...toSend, answered(json(400, { error: 'invalid_grant' })), silent]
    expect(command(rejected)).toMatchObject({ kind: 'reject', args: { ...attempt, reason: 'refresh_token_rejected' } })
  })
  it.each<[string, CredentialRow]>([
    ['refresh_token_expired', claimedRow({ refreshTokenExpiresAt: NOW })],
    ['disconnected_at_airwallex', claimedRow({ disconnectEventAt: NOW })],
    ['own_late_use', claimedRow({ lateProbes: 1 })],
  ])('says %s where the row knows better', (reason, row) => {
    const rejected = [applied(row), prepared, applied(row), answered(json(400, { error: 'invalid_grant' })), read(row)]
    expect(command(rejected)).toMatchObject({ kind: 'reject', args: { reason } })
  })
  it('asks once more after an answer without a refresh token that came when its time was over', () => {
    const missing = answered(json(200, { access_token: 'a2', expires_in: 300 }))
    const late = play(fresh, [...toSend, missing, applied(rowWith())], {}, 2_000)
    expect(late.command.kind).toBe('wait')
    const lost = answered({ kind: 'no_answer', detail: 'reset' })
    expect(resultOf(play(fresh, [...toSend, lost, applied(rowWith()), noted], {}, 2_000))).toMatchObject({
      why: 'ambiguous',
    })
  })
  it('keeps the old refresh token when the second answer has none either', () => {
    const missing = answered(json(200, { access_token: 'a2', expires_in: 300 }))
    const once = [...toSend, missing, applied(rowWith())]
    expect(command(once).kind).toBe('wait')
    const again = [
      read(markedRow(1, { leaseUntil: null })),
      applied(markedRow(1)),
      prepared,
      applied(markedRow(1, { sendCount: 2 })),
      missing,
    ]
    expect(command([...once, waited, ...again])).toMatchObject({
      kind: 'commit',
      draft: {
        tokens: { accessToken: 'a2', refreshToken: 'r1' },
        lineage: { outcome: 'refresh_token_kept', repairs: 1 },
      },
    })
  })
})

describe('7. commit', () => {
  const committing = [...toSend, answered(json(200, rotated))]

  it('is first tried on the pool, and repeated on a connection of its own, as every settlement is', () => {
    expect(command(committing)).not.toHaveProperty('on')
    expect(command([...committing, stored('unknown'), waited])).toMatchObject({ kind: 'commit', on: 'fresh' })
    const rejected = [...toSend, answered(json(400, { error: 'invalid_grant' })), read(markedRow(0))]
    expect(command([...rejected, stored('unknown'), waited])).toMatchObject({ kind: 'reject', on: 'fresh' })
    const unsent = [...toSend, answered({ kind: 'not_sent' })]
    expect(command([...unsent, stored('unknown'), waited])).toMatchObject({ kind: 'undo', on: 'fresh' })
  })
  it('is repeated until its outcome is known, its age told anew', () => {
    expect(command([...committing, stored('unknown')])).toEqual({ kind: 'wait', ms: 100 })
    const many = Array.from({ length: 50 }, () => [stored('unknown'), waited]).flat()
    expect(command([...committing, ...many])).toMatchObject({ kind: 'commit', draft: { elapsedMs: 1_010 } })
    expect(command([...committing, ...many, stored('unknown')])).toEqual({ kind: 'wait', ms: 1_000 })
  })
  it('knows its own work by the fence', () => {
    const refused = [...committing, stored('unknown'), waited, stored('refused')]
    expect(command(refused)).toEqual({ kind: 'read', key })
    const mine = rowWith({ generation: 2, commitFence: 1 })
    expect(resultOf(play(fresh, [...refused, read(mine)]))).toEqual({ kind: 'rotated', generation: 2 })
  })
  it.each<[string, CredentialRow]>([
    ['a newer attempt has sent', markedRow(0, { fence: 2, sentFence: 2 })],
    ['another attempt has committed', rowWith({ generation: 2, commitFence: 2 })],
    ['the grant is another', rowWith({ grantNo: 2, generation: 2, commitFence: 1 })],
  ])('drops the pair and records it where %s', (_, row) => {
    const dropped = play(fresh, [...committing, stored('refused'), read(row)])
    expect(dropped.command).toMatchObject({ kind: 'record', lineage: { outcome: 'answer_dropped', issued: 'r2' } })
    expect(dropped.observed).toContainEqual({ kind: 'alarm', key: attempt, alarm: 'answer_dropped' })
  })
  it('waits on while the database says nothing', () => {
    const silent: Outcome = { kind: 'read', result: { kind: 'unknown', cause: 'lost' } }
    expect(command([...committing, stored('refused'), silent]).kind).toBe('wait')
    expect(command([...committing, stored('refused'), silent, waited])).toEqual({ kind: 'read', key, on: 'fresh' })
  })
})
