import type { Notice } from '@/components/ui/notice-alert'

/** Why an action did not start. The URL carries the code, and only this file has the words. */
export const CONNECTION_NOTICES = {
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
} as const satisfies Readonly<Record<string, Notice>>

export type ConnectionNotice = keyof typeof CONNECTION_NOTICES
