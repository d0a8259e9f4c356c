import type { TokenResponse } from '@/lib/rotation/classify'
import type { CommitDraft, Moment } from '@/lib/rotation/commands'
import { backOffMs } from '@/lib/rotation/figures'
import type { LineageDraft, LineageOutcome } from '@/lib/rotation/row/lineage'
import type { AttemptFlow, Claimed, Rules, Sent } from './state'

/** What an attempt writes about itself. */
export function lineageOf(
  rules: Rules,
  flow: AttemptFlow,
  claimed: Claimed,
  facts: { outcome: LineageOutcome; sent?: Sent; answeredMonotonicMs?: number; issued?: string },
): LineageDraft {
  const { sent, answeredMonotonicMs } = facts
  const tookMs = sent && answeredMonotonicMs !== undefined ? answeredMonotonicMs - sent.sentMonotonicMs : null
  return {
    cause: claimed.purpose.kind === 'late_probe' ? 'late_probe' : flow.goal.cause,
    neededBy: flow.goal.neededBy,
    process: rules.process,
    grantNo: claimed.key.grantNo,
    generation: claimed.key.generation,
    outcome: facts.outcome,
    repairs: Math.max(0, (sent?.sendCount ?? claimed.row.sendCount) - 1),
    sentAt: sent?.markedAt ?? null,
    answeredAt: sent && tookMs !== null ? sent.markedAt + tookMs : null,
    presented: sent?.refreshToken ?? null,
    issued: facts.issued ?? null,
  }
}

/** Step 7: the new pair with its expiries, its next keep-alive and its lineage. */
export function commitOf(
  rules: Rules,
  flow: AttemptFlow,
  claimed: Claimed,
  answer: { sent: Sent; tokens: TokenResponse; refreshToken: string; outcome: LineageOutcome; now: Moment },
): CommitDraft {
  const { sent, tokens, refreshToken, outcome, now } = answer
  const lineage = lineageOf(rules, flow, claimed, {
    outcome,
    sent,
    answeredMonotonicMs: now.monotonicMs,
    issued: refreshToken,
  })
  return {
    ...claimed.key,
    tokens: { accessToken: tokens.accessToken, refreshToken },
    accessTokenLifeSeconds: tokens.accessTokenLifeSeconds,
    refreshTokenLifeSeconds: tokens.refreshTokenLifeSeconds,
    elapsedMs: now.monotonicMs - sent.sentMonotonicMs,
    sentAt: sent.markedAt,
    keepAliveInMs: keepAliveInMs(rules, tokens.refreshTokenLifeSeconds, now.random),
    backOffMs: backOffMs(rules.figures, claimed.row.attempts),
    lineage: { ...lineage, generation: claimed.key.generation + 1 },
  }
}

/** Half of the refresh token's life ± 10 %, so that connections made together do not all come due together. */
export function keepAliveInMs({ figures }: Pick<Rules, 'figures'>, lifeSeconds: number, random: number): number {
  const jitter = 1 + figures.keepAliveJitter * (2 * random - 1)
  return lifeSeconds * 1_000 * figures.keepAliveShare * jitter
}
