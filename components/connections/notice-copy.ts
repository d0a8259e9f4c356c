import type { Tone } from '@/components/ui/tone'

/** What an action that could not begin comes back with; the code stands in the address, the words only here. */
export const NOTICES = {
  not_allowed: {
    tone: 'caution',
    title: 'Your role does not allow this',
    body: 'Nothing was changed. An admin or owner of the workspace can give you another role.',
  },
  too_many_attempts: {
    tone: 'caution',
    title: 'Too many authorizations at once',
    body: 'Finish one that is open, or wait: each ends by itself after ten minutes. Nothing was changed.',
  },
  nothing_to_add: {
    tone: 'info',
    title: 'No new permission was chosen',
    body: 'Choose at least one permission to add.',
  },
  scopes_not_registered: {
    tone: 'caution',
    title: 'That permission cannot be asked for',
    body: 'This application is not registered for it at Airwallex. Nothing was changed.',
  },
} as const satisfies Readonly<Record<string, { readonly tone: Tone; readonly title: string; readonly body: string }>>

export type Notice = keyof typeof NOTICES

export function parseNotice(value: unknown): Notice | null {
  return typeof value === 'string' && Object.hasOwn(NOTICES, value) ? (value as Notice) : null
}
