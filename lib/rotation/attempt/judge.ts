import { classify, type TokenResponse, type Verdict } from '@/lib/rotation/classify'
import type { Alarm, Moment, Observation } from '@/lib/rotation/commands'
import { backOffMs, between, probePauseMs } from '@/lib/rotation/figures'
import type { ReadResult, TokenAnswer } from '@/lib/rotation/ports'
import type { LineageOutcome } from '@/lib/rotation/row/lineage'
import { isSameVersion, type ReauthorizationReason } from '@/lib/rotation/row/row'
import { breakerNotes, conclude, finish, release } from './end'
import { commitOf, lineageOf } from './records'
import { leave, retry, settle, undo } from './settle'
import type { At, AttemptTransition, Claimed, Rules } from './state'
import { flowOf, to } from './state'

/** Step 6: what an answer means, and what is done about it. */
export function judgeAnswer(rules: Rules, state: At<'sending'>, answer: TokenAnswer, now: Moment): AttemptTransition {
  const { claimed, sent } = state
  const { figures } = rules
  const verdict = classify(answer)
  const observed = observationsOf(state, verdict, now)

  switch (verdict.kind) {
    case 'rotated':
      return commit(rules, state, verdict.tokens, verdict.tokens.refreshToken, 'rotated', now, observed)

    case 'refresh_token_missing':
      return state.sawNoRefreshToken
        ? commit(rules, state, verdict.tokens, sent.refreshToken, 'refresh_token_kept', now, observed)
        : askOnceMore(rules, state, now, observed)

    case 'invalid_grant':
      return to(
        { ...flowOf(state), step: 'rereading', claimed, sent, answeredMonotonicMs: now.monotonicMs },
        { kind: 'read', key: state.goal.key },
        observed,
      )

    case 'rate_limited': {
      const delayMs = between(figures.rateLimitMinMs, figures.rateLimitMaxMs, now.random)
      const after = retry('rate_limited', breakerNotes(claimed, 'nothing'))
      return undo(state, claimed, { delayMs, countAttempt: false }, after, observed)
    }
    case 'client_refused':
    case 'request_refused': {
      const delayMs = backOffMs(figures, claimed.row.attempts)
      const after =
        verdict.kind === 'client_refused'
          ? { ...leave('client_refused'), refusal: { claimed, code: verdict.code } }
          : leave('request_refused', breakerNotes(claimed, 'good'))
      return undo(state, claimed, { delayMs, countAttempt: true }, after, observed)
    }
    case 'not_sent': {
      const after = retry('not_sent', breakerNotes(claimed, 'nothing'))
      return undo(state, claimed, { delayMs: 0, countAttempt: false }, after, observed)
    }
    case 'ambiguous': {
      const after = retry('ambiguous', breakerNotes(claimed, 'failure'))
      return release(
        state,
        claimed,
        { delayMs: ambiguousDelayMs(rules, state, now), countAttempt: false },
        after,
        observed,
      )
    }
  }
}

/** `invalid_grant` was re-read: whoever moved the row on wins, else the grant is over, by compare-and-swap. */
export function judgeInvalidGrant(
  rules: Rules,
  state: At<'rereading'>,
  result: ReadResult,
  now: Moment,
): AttemptTransition {
  const { claimed, sent, answeredMonotonicMs } = state
  const notes = breakerNotes(claimed, 'good')
  if (result.kind === 'absent') return finish(state, { kind: 'absent' })
  if (result.kind === 'found' && !isSameVersion(result.reading.row, claimed.key)) {
    return conclude(rules, state, { notes, again: false, result: { kind: 'moved_on' } }, now)
  }
  const reason = rejectionReason(claimed, sent.markedAt)
  const lineage = lineageOf(rules, state, claimed, { outcome: 'rejected', sent, answeredMonotonicMs })
  return settle(state, claimed, {
    statement: { kind: 'reject', args: { ...claimed.key, reason, lineage } },
    sent,
    after: { notes, again: false, result: { kind: 'ended', reason } },
    afterRefusal: retry('busy', notes),
  })
}

/** Step 7. Nothing runs between the answer and this. */
function commit(
  rules: Rules,
  state: At<'sending'>,
  tokens: TokenResponse,
  refreshToken: string,
  outcome: LineageOutcome,
  now: Moment,
  observed: readonly Observation[],
): AttemptTransition {
  const { claimed, sent } = state
  const draft = commitOf(rules, state, claimed, { sent, tokens, refreshToken, outcome, now })
  const good = breakerNotes(claimed, 'good')
  return settle(
    state,
    claimed,
    {
      statement: { kind: 'commit', draft },
      sent,
      after: { notes: good, again: false, result: { kind: 'rotated', generation: claimed.key.generation + 1 } },
      afterRefusal: retry('answer_dropped', [
        { kind: 'record', key: state.goal.key, lineage: { ...draft.lineage, outcome: 'answer_dropped' } },
        ...good,
      ]),
    },
    observed,
  )
}

/** A readable 2xx without a refresh token: it may have rotated, so the window counts on. This flow asks once more, even late. */
function askOnceMore(
  rules: Rules,
  state: At<'sending'>,
  now: Moment,
  observed: readonly Observation[],
): AttemptTransition {
  const deadlineMs = Math.max(state.deadlineMs, now.monotonicMs + rules.figures.callerBudgetMs)
  const after = retry('refresh_token_missing', breakerNotes(state.claimed, 'good'))
  const pacing = { delayMs: releaseDelayMs(rules, now), countAttempt: false }
  return release({ ...flowOf(state), deadlineMs, sawNoRefreshToken: true }, state.claimed, pacing, after, observed)
}

/**
 * About a second inside the first window, and once after a late probe: like any send it may have rotated unheard, and then
 * has a grace minute. Past that the pauses grow.
 */
function ambiguousDelayMs(rules: Rules, { claimed, sent }: At<'sending'>, now: Moment): number {
  const { purpose, row } = claimed
  const isRepeatOfProbe = purpose.kind === 'resend' && row.lateProbes > 0
  if (!isRepeatOfProbe || row.ambiguousSince === null) {
    return releaseDelayMs(rules, now) * (sent.sendCount > rules.figures.quickSends ? 2 : 1)
  }
  return probePauseMs(rules.figures, sent.markedAt - row.ambiguousSince)
}

function releaseDelayMs({ figures }: Rules, now: Moment): number {
  return between(figures.releaseMinMs, figures.releaseMaxMs, now.random)
}

function rejectionReason({ purpose, row }: Claimed, markedAt: number): ReauthorizationReason {
  if (row.disconnectEventAt !== null) return 'disconnected_at_airwallex'
  if (purpose.kind === 'late_probe' || row.lateProbes > 0) return 'own_late_use'
  return markedAt >= row.refreshTokenExpiresAt ? 'refresh_token_expired' : 'refresh_token_rejected'
}

function observationsOf({ claimed, sent }: At<'sending'>, verdict: Verdict, now: Moment): readonly Observation[] {
  const { key } = claimed
  const tookMs = now.monotonicMs - sent.sentMonotonicMs
  const alarm = alarmOf(verdict, sent.refreshToken)
  const detail = verdict.kind === 'request_refused' ? verdict.code : null
  return [
    { kind: 'judged', key, verdict: verdict.kind, tookMs },
    ...(alarm ? [{ kind: 'alarm', key, alarm, detail } as const] : []),
  ]
}

function alarmOf(verdict: Verdict, presented: string): Alarm | null {
  switch (verdict.kind) {
    case 'rotated':
      return verdict.tokens.refreshToken === presented ? 'refresh_token_unchanged' : null
    case 'refresh_token_missing':
    case 'request_refused':
      return verdict.kind
    default:
      return null
  }
}
