/**
 * Every figure of the protocol. Durations are milliseconds and end in `Ms`; the others are counts and shares.
 * Change one only together with the simulation: `violatedInequalities` says which relations must survive.
 */
export type Figures = typeof figures

export const figures = {
  // One attempt: connect, guard, send; the lease that covers it; the window in which it may be repeated.
  connectMs: 3_000,
  guardMs: 1_000,
  attemptMs: 15_000,
  leaseMs: 21_000,
  leaseLeftAtMarkMs: 17_000,
  windowMs: 40_000,
  tickMs: 5_000,
  /** Without a worker: a cron invocation begins somewhere in each minute, and scans for this long. */
  cronEveryMs: 60_000,
  cronScansMs: 170_000,
  /** Airwallex keeps a rotated refresh token valid this long "for error recovery". */
  graceMs: 60_000,

  // What the inequalities keep in hand.
  leaseSlackMs: 2_000,
  markSlackMs: 1_000,
  graceSlackMs: 4_000,

  // Judging the row for a caller (step 0).
  callerBudgetMs: 5_000,
  marginMs: 60_000,
  marginShare: 0.25,
  needMaxMs: 120_000,
  needShare: 0.5,
  usableMs: 5_000,

  // Pacing.
  claimRetryMinMs: 150,
  claimRetryMaxMs: 350,
  releaseMinMs: 600,
  releaseMaxMs: 1_200,
  /** From then on the pauses of the window are twice as long: that many failures are no hiccup. */
  quickSends: 10,
  rateLimitMinMs: 1_000,
  rateLimitMaxMs: 2_000,
  backOffFirstMs: 500,
  backOffMaxMs: 15_000,
  forcedEveryMs: 30_000,
  /** A refresh token that does not open: the right key comes with a new process, not within seconds. */
  unreadableRetryMs: 60_000,

  // A statement whose outcome must become known (commit, undo, ending a grant).
  statementMs: 2_000,
  storeRetryFirstMs: 100,
  storeRetryMaxMs: 1_000,

  // Late probe and terminal rule.
  probeWaitMs: 5_000,
  canaryAttemptMs: 2_000,
  probeRetryMs: 15_000,
  /** The longest pause between two probes of a connection that goes unanswered. */
  probePauseMaxMs: 300_000,
  rescuePastWindowLimit: 5,

  // Breaker.
  breakerFailures: 3,
  breakerRefusals: 2,
  breakerFailureWindowMs: 30_000,
  canaryEveryMs: 15_000,

  // Keep-alive, as a share of the refresh token's life.
  keepAliveShare: 0.5,
  keepAliveJitter: 0.1,

  // A reauthorization holds the old grant over all of this. Reading the account includes its connections.
  accountReadMs: 8_000,
  /** Twenty seconds of repeating, and the last try's own transaction. */
  grantCommitMs: 30_000,
  holdMs: 60_000,
}

/** Divides every duration, so that tests with real processes run faster; all inequalities keep holding. */
export function scaledFigures(divisor: number, base: Figures = figures): Figures {
  const scaled = Object.entries(base).map(([name, value]) => [name, name.endsWith('Ms') ? value / divisor : value])
  return Object.fromEntries(scaled) as Figures
}

const inequalities: readonly { rule: string; holds: (f: Figures) => boolean }[] = [
  {
    rule: 'lease ≥ connect + guard + attempt + slack',
    holds: (f) => f.leaseMs >= f.connectMs + f.guardMs + f.attemptMs + f.leaseSlackMs,
  },
  {
    rule: 'lease left at the mark ≥ guard + attempt + slack',
    holds: (f) => f.leaseLeftAtMarkMs >= f.guardMs + f.attemptMs + f.markSlackMs,
  },
  {
    rule: 'lease ≥ connect + lease left at the mark',
    holds: (f) => f.leaseMs >= f.connectMs + f.leaseLeftAtMarkMs,
  },
  {
    rule: 'window + guard + attempt ≤ grace − slack',
    holds: (f) => f.windowMs + f.guardMs + f.attemptMs <= f.graceMs - f.graceSlackMs,
  },
  {
    rule: 'lease + tick + connect + guard ≤ window',
    holds: (f) => f.leaseMs + f.tickMs + f.connectMs + f.guardMs <= f.windowMs,
  },
  {
    rule: 'three cron intervals − its scans + lease + tick + connect + guard ≤ window',
    holds: (f) => 3 * f.cronEveryMs - f.cronScansMs + f.leaseMs + f.tickMs + f.connectMs + f.guardMs <= f.windowMs,
  },
  {
    rule: 'a canary fits into the wait before a late probe',
    holds: (f) => f.connectMs + f.canaryAttemptMs <= f.probeWaitMs,
  },
  {
    rule: 'a living holder retries its commit within the wait before a late probe',
    holds: (f) => f.statementMs + f.storeRetryMaxMs <= f.probeWaitMs,
  },
  {
    rule: 'hold ≥ connect + attempt + account read + commit of the new grant + slack',
    holds: (f) => f.holdMs >= f.connectMs + f.attemptMs + f.accountReadMs + f.grantCommitMs + f.leaseSlackMs,
  },
  {
    rule: 'an interrupted attempt is repeated well inside the window',
    holds: (f) => f.releaseMaxMs < f.tickMs && f.tickMs < f.windowMs,
  },
  {
    rule: 'waits run from short to long',
    holds: (f) =>
      f.claimRetryMinMs <= f.claimRetryMaxMs &&
      f.releaseMinMs <= f.releaseMaxMs &&
      f.rateLimitMinMs <= f.rateLimitMaxMs &&
      f.backOffFirstMs <= f.backOffMaxMs &&
      f.storeRetryFirstMs <= f.storeRetryMaxMs,
  },
  {
    rule: 'margin and need leave a usable token',
    holds: (f) => f.usableMs <= f.marginMs && f.marginMs <= f.needMaxMs && f.marginShare <= f.needShare,
  },
  {
    rule: 'keep-alive comes before the refresh token expires',
    holds: (f) => f.keepAliveShare * (1 + f.keepAliveJitter) < 1,
  },
  {
    rule: 'slacks, counts and durations are positive',
    holds: (f) => Object.values(f).every((value) => Number.isFinite(value) && value > 0),
  },
]

/** The rules that these figures break, in words; empty when all hold. */
export function violatedInequalities(candidate: Figures): string[] {
  return inequalities.filter(({ holds }) => !holds(candidate)).map(({ rule }) => rule)
}

/** Boot check. Throws naming every broken rule. */
export function checkFigures(candidate: Figures): void {
  const violated = violatedInequalities(candidate)
  if (violated.length > 0) throw new Error(`Rotation figures do not hold: ${violated.join('; ')}`)
}

/** A point of [min, max], chosen by `random` in [0, 1). */
export function between(minMs: number, maxMs: number, random: number): number {
  return minMs + (maxMs - minMs) * random
}

/** Doubles from 0.5 s with each failed attempt, up to 15 s. */
export function backOffMs(f: Figures, attempts: number): number {
  return Math.min(f.backOffMaxMs, f.backOffFirstMs * 2 ** Math.min(attempts, 30))
}

/**
 * How long to wait after a send past the first window: as long as that window has been over, up to five minutes, so that
 * the pauses about double. Counted from what the row says, it needs no counter of its own.
 */
export function probePauseMs(f: Figures, ambiguousForMs: number): number {
  return Math.min(f.probePauseMaxMs, Math.max(f.releaseMaxMs, ambiguousForMs - f.windowMs))
}

/** Doubles up to one second with each try of a statement whose outcome stayed unknown. */
export function storeRetryMs(f: Figures, tries: number): number {
  return Math.min(f.storeRetryMaxMs, f.storeRetryFirstMs * 2 ** Math.min(tries, 30))
}
