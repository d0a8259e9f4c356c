'use client'

import { Alert } from '@/components/ui/alert'
import { CopyButton } from '@/components/ui/copy-button'

export type InviteResult =
  | { readonly kind: 'mailed'; readonly email: string }
  | { readonly kind: 'not_mailed' | 'mail_limited'; readonly email: string; readonly link: string }
  | { readonly kind: 'already_member' | 'too_many' | 'not_allowed' }
  | {
      readonly kind: 'invalid'
      readonly problems: Readonly<Record<string, string>>
      readonly typed: Readonly<Record<string, string>>
    }
  | { readonly kind: 'failed'; readonly reference: string }
  | null

const REFUSALS = {
  already_member: 'This person is a member already',
  too_many: 'A hundred invitations are open. Withdraw some before you send more.',
  not_allowed: 'Your role does not allow this invitation',
} as const

/** What became of an invitation. A link that no mail carried is shown here and nowhere again. */
export function InvitedAlert({ result }: { readonly result: InviteResult }) {
  if (result === null) return null
  switch (result.kind) {
    case 'invalid':
      return null
    case 'mailed':
      return (
        <Alert tone="positive" title={`An invitation is on its way to ${result.email}`} role="status">
          It works for seven days, once, and for that address.
        </Alert>
      )
    case 'not_mailed':
    case 'mail_limited':
      return (
        <Alert tone="caution" title={`No email was sent to ${result.email}`} role="status">
          <p>
            {result.kind === 'mail_limited' &&
              'This address or this workspace has reached the number of invitation emails for one day. '}
            Pass this link on yourself. We show it only once, and it works only for that email address.
          </p>
          <p className="mt-2 flex items-start gap-1">
            <code className="min-w-0 font-mono text-sm text-text [overflow-wrap:anywhere] select-all">
              {result.link}
            </code>
            <CopyButton value={result.link} label="the invitation link" />
          </p>
        </Alert>
      )
    case 'failed':
      return (
        <Alert tone="critical" title="This did not work" role="alert">
          Look into the list whether the invitation is there. Reference {result.reference}
        </Alert>
      )
    default:
      return <Alert tone="caution" title={REFUSALS[result.kind]} role="alert" />
  }
}
