import { Alert } from '@/components/ui/alert'
import type { Tone } from '@/components/ui/tone'

type Words = { readonly tone: Tone; readonly title: string; readonly body?: string }

/** What became of an action; the code stands in the address, the words only here. */
const NOTICES = {
  renamed: { tone: 'positive', title: 'The workspace has a new name' },
  role_changed: { tone: 'positive', title: 'The role was changed', body: 'It holds from that person’s next click on.' },
  removed: { tone: 'positive', title: 'The member was removed', body: 'They have no access from their next click on.' },
  transferred: { tone: 'positive', title: 'Ownership was handed over', body: 'You are an admin now.' },
  withdrawn: { tone: 'positive', title: 'The invitation was withdrawn', body: 'Its link works no more.' },
  joined: { tone: 'positive', title: 'You joined this workspace' },
  left: { tone: 'positive', title: 'You left the workspace' },
  deleted: {
    tone: 'positive',
    title: 'The workspace was deleted',
    body: 'Its connections were disconnected, and what was kept of it is gone. Backups of the database hold it until they expire.',
  },
  other_workspace: {
    tone: 'caution',
    title: 'That page was about another workspace',
    body: 'Nothing was done. This browser is in a different one by now, as after switching in another tab. Choose the one you mean, and do it again there.',
  },
  not_allowed: {
    tone: 'caution',
    title: 'Your role does not allow this',
    body: 'Nothing was changed. It may have been changed a moment ago, or theirs was raised above yours.',
  },
  last_owner: {
    tone: 'caution',
    title: 'A workspace needs an owner',
    body: 'Nothing was changed. Make somebody else an owner first.',
  },
  wrong_name: {
    tone: 'caution',
    title: 'That is not the name of this workspace',
    body: 'Nothing was deleted. Type it exactly as it is written.',
  },
  has_live_connections: {
    tone: 'caution',
    title: 'Not every connection could be disconnected',
    body: 'The workspace was not deleted; those that could be are disconnected. Try again.',
  },
} as const satisfies Readonly<Record<string, Words>>

export type WorkspaceNotice = keyof typeof NOTICES

const parse = (value: unknown): WorkspaceNotice | null =>
  typeof value === 'string' && Object.hasOwn(NOTICES, value) ? (value as WorkspaceNotice) : null

/** What became of the action that led to this page, if its address names something we know. */
export function WorkspaceNoticeAlert({ code, className }: { readonly code: unknown; readonly className?: string }) {
  const notice = parse(code)
  if (notice === null) return null
  const { tone, title, body }: Words = NOTICES[notice]
  return (
    <Alert tone={tone} title={title} role={tone === 'caution' ? 'alert' : 'status'} className={className}>
      {body || null}
    </Alert>
  )
}
