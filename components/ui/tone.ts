import type { IconName } from './icon'

/** What a colour says; always together with an icon and a word. */
export type Tone = 'neutral' | 'positive' | 'caution' | 'critical' | 'info'

export const TONE_TEXT: Readonly<Record<Tone, string>> = {
  neutral: 'text-text-muted',
  positive: 'text-positive',
  caution: 'text-caution',
  critical: 'text-critical',
  info: 'text-info',
}

export const TONE_TINT: Readonly<Record<Tone, string>> = {
  neutral: 'bg-surface-sunken',
  positive: 'bg-positive-tint',
  caution: 'bg-caution-tint',
  critical: 'bg-critical-tint',
  info: 'bg-info-tint',
}

export const TONE_ICON: Readonly<Record<Tone, IconName>> = {
  neutral: 'info',
  positive: 'check-circle',
  caution: 'alert',
  critical: 'alert-circle',
  info: 'info',
}
