import type { Notice } from '@/components/ui/notice-alert'

/** Results of actions. The URL carries the code, and only this file has the words. */
export const WORKSPACE_NOTICES = {
  renamed: { tone: 'positive', title: 'The workspace has a new name' },
  role_changed: { tone: 'positive', title: 'The role was changed', body: 'It takes effect with their next click.' },
  removed: { tone: 'positive', title: 'The member was removed', body: 'They lose access with their next click.' },
  transferred: { tone: 'positive', title: 'Ownership was handed over', body: 'You are an admin now.' },
  withdrawn: { tone: 'positive', title: 'The invitation was withdrawn', body: 'Its link no longer works.' },
  joined: { tone: 'positive', title: 'You joined this workspace' },
  left: { tone: 'positive', title: 'You left the workspace' },
  deleted: {
    tone: 'positive',
    title: 'The workspace was deleted',
    body: 'Its connections were disconnected and its data was deleted. Database backups keep a copy until they expire.',
  },
  other_workspace: {
    tone: 'caution',
    title: 'That page was about another workspace',
    body: 'Nothing changed. This browser has switched to a different workspace, probably in another tab. Switch to the workspace you mean and try again.',
  },
  not_allowed: {
    tone: 'caution',
    title: 'Your role does not allow this',
    body: 'Nothing changed. Your role or theirs may have changed a moment ago.',
  },
  last_owner: {
    tone: 'caution',
    title: 'A workspace needs an owner',
    body: 'Nothing changed. Make someone else an owner first.',
  },
  wrong_name: {
    tone: 'caution',
    title: 'That is not the name of this workspace',
    body: 'Nothing was deleted. Type the name exactly as shown.',
  },
  has_live_connections: {
    tone: 'caution',
    title: 'Not every connection could be disconnected',
    body: 'The workspace was not deleted. Some connections are disconnected. Try again.',
  },
} as const satisfies Readonly<Record<string, Notice>>

export type WorkspaceNotice = keyof typeof WORKSPACE_NOTICES
