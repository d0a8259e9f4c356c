import type { Event, GaveUpReason, Moment } from '@/lib/rotation/commands'
import { backOffMs } from '@/lib/rotation/figures'
import { breakerNotes, release } from './end'
import { judgeAnswer, judgeInvalidGrant } from './judge'
import { leave, retry, undo } from './settle'
import type { At, AttemptFlow, AttemptTransition, Claimed, Rules } from './state'
import { expectEvent, flowOf, to } from './state'

/** Step 2: everything that can fail before a send fails here, with nothing sent. */
export function prepare(flow: AttemptFlow, claimed: Claimed): AttemptTransition {
  const { fence, ...version } = claimed.key
  return to(
    { ...flowOf(flow), step: 'preparing', claimed },
    {
      kind: 'prepare',
      sealedRefreshToken: claimed.row.sealedRefreshToken,
      binding: { ...version, field: 'refresh_token' },
    },
  )
}

export function prepared(rules: Rules, state: At<'preparing'>, event: Event): AttemptTransition {
  const { result } = expectEvent(event, 'prepared')
  const { claimed } = state
  switch (result.kind) {
    case 'prepared':
      return mark(rules, state, claimed, result.refreshToken, event.now)
    case 'connect_failed': {
      const pacing = { delayMs: connectBackOffMs(rules, claimed), countAttempt: true }
      return release(state, claimed, pacing, retry('connect_failed', breakerNotes(claimed, 'failure')))
    }
    // Another process may have the missing key, so that is tried again sooner.
    case 'key_missing':
      return setAside(state, claimed, 'key_missing', backOffMs(rules.figures, claimed.row.attempts))
    case 'unreadable':
      return setAside(state, claimed, 'unreadable', rules.figures.unreadableRetryMs)
  }
}

/** Inside the window time is scarcer than connections: the back-off stays as short as after an ambiguous answer. */
function connectBackOffMs({ figures }: Rules, { purpose, row }: Claimed): number {
  const full = backOffMs(figures, row.attempts)
  return purpose.kind === 'resend' ? Math.min(full, figures.releaseMaxMs) : full
}

/**
 * The stored refresh token cannot be opened. It may be the only copy, and the right key may come back, so the row keeps
 * it and says since when. Best effort, as a release is: the next attempt finds the same.
 */
function setAside(
  flow: AttemptFlow,
  claimed: Claimed,
  why: 'key_missing' | 'unreadable',
  delayMs: number,
): AttemptTransition {
  const alarm = why === 'key_missing' ? why : 'sealed_value_unreadable'
  return to(
    { ...flowOf(flow), step: 'releasing', after: leave(why, breakerNotes(claimed, 'nothing')) },
    { kind: 'set_aside', args: { ...claimed.key, delayMs } },
    claimed.row.unreadableSince === null ? [{ kind: 'alarm', key: claimed.key, alarm }] : [],
  )
}

/** Step 3, the write-ahead. */
function mark(
  rules: Rules,
  flow: AttemptFlow,
  claimed: Claimed,
  refreshToken: string,
  markIssued: Moment,
): AttemptTransition {
  const { windowMs, leaseLeftAtMarkMs } = rules.figures
  const kind = claimed.purpose.kind === 'late_probe' ? 'mark_late_probe' : 'mark'
  const args = { ...claimed.key, windowMs, leaseLeftMs: leaseLeftAtMarkMs }
  return to({ ...flowOf(flow), step: 'marking', claimed, refreshToken, markIssued }, { kind, args })
}

export function marked(rules: Rules, state: At<'marking'>, event: Event): AttemptTransition {
  const { result } = expectEvent(event, 'stored')
  const { claimed } = state
  const unsent = (why: GaveUpReason) => retry(why, breakerNotes(claimed, 'nothing'))
  switch (result.kind) {
    case 'applied':
      return send(rules, state, event.now, { markedAt: result.at, sendCount: result.row.sendCount })
    case 'refused':
      return release(state, claimed, { delayMs: 0, countAttempt: false }, unsent('not_marked'))
    case 'unknown':
      return undo(state, claimed, { delayMs: 0, countAttempt: false }, unsent('store_unreachable'))
  }
}

/** Steps 4 and 5. */
function send(
  rules: Rules,
  state: At<'marking'>,
  now: Moment,
  stored: { markedAt: number; sendCount: number },
): AttemptTransition {
  const { claimed, refreshToken, markIssued } = state
  const lateProbe = claimed.purpose.kind === 'late_probe'
  const sent = { ...stored, refreshToken, sentMonotonicMs: now.monotonicMs }
  return to(
    { ...flowOf(state), step: 'sending', claimed, sent },
    { kind: 'send', refreshToken, markIssued, attemptMs: rules.figures.attemptMs },
    [
      { kind: 'sent', key: claimed.key, cause: state.goal.cause, sendCount: stored.sendCount, lateProbe },
      ...(lateProbe ? [{ kind: 'alarm', key: claimed.key, alarm: 'late_probe' } as const] : []),
    ],
  )
}

/** Step 6, then 7 or 8. */
export function answered(rules: Rules, state: At<'sending'>, event: Event): AttemptTransition {
  const { answer } = expectEvent(event, 'answered')
  return judgeAnswer(rules, state, answer, event.now)
}

/** `invalid_grant` was re-read: whoever moved the row on wins, else the grant is over. */
export function reread(rules: Rules, state: At<'rereading'>, event: Event): AttemptTransition {
  const { result } = expectEvent(event, 'read')
  return judgeInvalidGrant(rules, state, result, event.now)
}
