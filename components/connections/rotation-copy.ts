import type { Tone } from '@/components/ui/tone'
import type { RotationView } from '@/lib/connections/views'
import type { Cause, LineageOutcome } from '@/lib/rotation/lineage'

/** Why a generation came to be. */
export const CAUSES: Readonly<Record<Cause | 'authorization', string>> = {
  authorization: 'by consent',
  requested: 'on request',
  forced: 'after a refused token',
  keep_alive: 'kept alive',
  rescue: 'after an interruption',
  late_probe: 'late attempt after an interruption',
}

type Copy = { readonly label: string; readonly tone: Tone }

export const ROTATION_OUTCOMES: Readonly<Record<LineageOutcome, Copy>> = {
  rotated: { label: 'Renewed', tone: 'positive' },
  refresh_token_kept: { label: 'Renewed, refresh token kept', tone: 'caution' },
  rejected: { label: 'Refused by Airwallex', tone: 'critical' },
  unresolved: { label: 'Never answered', tone: 'critical' },
  unreadable: { label: 'Stored tokens unreadable', tone: 'critical' },
  answer_dropped: { label: 'Answer came too late', tone: 'caution' },
}

/** Another release may have written words that this one does not know: they are shown as they are. */
export function rotationOutcome({
  cause,
  outcome,
  repairs,
}: Pick<RotationView, 'cause' | 'outcome' | 'repairs'>): Copy {
  if (cause === 'authorization') return { label: 'Authorized', tone: 'positive' }
  if (outcome === 'rotated' && repairs > 0) return { label: 'Renewed after repair', tone: 'info' }
  return Object.hasOwn(ROTATION_OUTCOMES, outcome)
    ? ROTATION_OUTCOMES[outcome as LineageOutcome]
    : { label: outcome, tone: 'neutral' }
}

export const causeInWords = (cause: string): string =>
  Object.hasOwn(CAUSES, cause) ? CAUSES[cause as keyof typeof CAUSES] : cause
