import type { LineageOutcome } from '@/lib/rotation/row/lineage'
import type { Integrity } from './views'

/** Share of renewals that must end well. */
export const TARGET = 0.9999

/** From how many renewals on a single bad end leaves the target met. */
export const TELLING_RENEWALS = Math.round(1 / (1 - TARGET))

type Ending = 'well' | 'badly' | 'apart'

/**
 * What an outcome says of its chain. A dropped answer is counted apart: the attempt that had sent meanwhile has an
 * outcome of its own.
 */
const ENDINGS: Readonly<Record<LineageOutcome, Ending>> = {
  rotated: 'well',
  refresh_token_kept: 'well',
  rejected: 'badly',
  unresolved: 'badly',
  unreadable: 'badly',
  answer_dropped: 'apart',
}

/** An outcome that this release does not know is not taken for a good one. */
export const endingOf = (outcome: string): Ending =>
  Object.hasOwn(ENDINGS, outcome) ? ENDINGS[outcome as LineageOutcome] : 'badly'

export type Totals = {
  readonly renewals: number
  readonly badly: number
  /** Ended well, and took more than one send. */
  readonly repaired: number
}

export function totalsOf({ outcomes }: Integrity): Totals {
  const counted = outcomes.filter(({ outcome }) => endingOf(outcome) !== 'apart')
  const bad = counted.filter(({ outcome }) => endingOf(outcome) === 'badly')
  const sum = (rows: typeof counted, of: 'renewals' | 'repaired') => rows.reduce((total, row) => total + row[of], 0)
  return {
    renewals: sum(counted, 'renewals'),
    badly: sum(bad, 'renewals'),
    repaired: sum(counted, 'repaired') - sum(bad, 'repaired'),
  }
}

export type Judgement = 'none' | 'too_few' | 'met' | 'missed'

/** Whether the target is met, where so many renewals can tell: of a few, one bad end would miss it by far. */
export function judge({ renewals, badly }: Totals): Judgement {
  if (renewals === 0) return 'none'
  if (1 - badly / renewals < TARGET) return 'missed'
  return renewals < TELLING_RENEWALS ? 'too_few' : 'met'
}

/** "99.998%": cut and not rounded, so that only a whole number of good ends reads as 100%. */
export function shareInWords({ renewals, badly }: Totals): string {
  if (badly === 0) return '100%'
  const thousandths = Math.floor(((renewals - badly) * 100_000) / renewals)
  return `${(thousandths / 1_000).toFixed(3).replace(/\.?0+$/, '')}%`
}
