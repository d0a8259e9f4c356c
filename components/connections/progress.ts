import type { AuthorizationResult } from '@/lib/connections/authorization-views'
import type { CallbackOutcome } from '@/lib/connections/outcomes'

export type Progress =
  | { readonly kind: 'ended'; readonly outcome: CallbackOutcome }
  /** Nobody has come back from Airwallex yet. */
  | { readonly kind: 'waiting' }
  /** The code is being exchanged. */
  | { readonly kind: 'finishing' }
  /** It was being exchanged and never ended: the process that did it is gone. */
  | { readonly kind: 'interrupted' }

/** A code exchange, the wait for a refresh of the old grant and the commit end well within this. */
const FINISHING_MS = 90_000

export function judgeProgress(
  { outcome, consumedAt, expiresAt }: Pick<AuthorizationResult, 'outcome' | 'consumedAt' | 'expiresAt'>,
  now: Date,
): Progress {
  if (outcome) return { kind: 'ended', outcome }
  if (!consumedAt) return expiresAt <= now ? { kind: 'ended', outcome: 'expired' } : { kind: 'waiting' }
  return { kind: now.getTime() - consumedAt.getTime() < FINISHING_MS ? 'finishing' : 'interrupted' }
}
