import { EXCHANGE_BOUND_SECONDS } from '@/lib/connections/exchange-bound'
import type { CallbackOutcome } from './outcomes'
import type { AuthorizationResult } from './views'

export type Progress =
  | { readonly kind: 'ended'; readonly outcome: CallbackOutcome }
  /** No one has come back from Airwallex yet. */
  | { readonly kind: 'waiting' }
  /** The code is being exchanged. */
  | { readonly kind: 'finishing' }
  /** It was being exchanged and never ended: the process that did it is gone. */
  | { readonly kind: 'interrupted' }

export function judgeProgress(
  { outcome, consumedAt, expiresAt }: Pick<AuthorizationResult, 'outcome' | 'consumedAt' | 'expiresAt'>,
  now: Date,
): Progress {
  if (outcome) return { kind: 'ended', outcome }
  if (!consumedAt) return expiresAt <= now ? { kind: 'ended', outcome: 'expired' } : { kind: 'waiting' }
  return { kind: now.getTime() - consumedAt.getTime() < EXCHANGE_BOUND_SECONDS * 1_000 ? 'finishing' : 'interrupted' }
}
