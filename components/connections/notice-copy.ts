import type { Tone } from '@/components/ui/tone'

/** What an action that could not begin comes back with; the code stands in the address, the words only here. */
export const NOTICES = {
  not_allowed: {
    tone: 'caution',
    title: 'Your role does not allow this',
    body: 'Nothing changed. Ask an admin or owner of the workspace to change your role.',
  },
  too_many_attempts: {
    tone: 'caution',
    title: 'Too many authorizations at once',
    body: 'Finish one that is open, or wait: each expires after 10 minutes. Nothing changed.',
  },
  nothing_to_add: {
    tone: 'info',
    title: 'You chose no new permission',
    body: 'Choose at least one permission to add.',
  },
  scopes_not_registered: {
    tone: 'caution',
    title: 'That permission is not available',
    body: 'This application is not registered for it at Airwallex. Nothing changed.',
  },
} as const satisfies Readonly<Record<string, { readonly tone: Tone; readonly title: string; readonly body: string }>>

export type Notice = keyof typeof NOTICES

export function parseNotice(value: unknown): Notice | null {
  return typeof value === 'string' && Object.hasOwn(NOTICES, value) ? (value as Notice) : null
}
