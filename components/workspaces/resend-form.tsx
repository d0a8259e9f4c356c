'use client'

import { useActionState } from 'react'
import { SubmitButton } from '@/components/ui/submit-button'
import { InvitedAlert, type InviteResult } from './invited-alert'

export type SendInvitation = (previous: unknown, form: FormData) => Promise<InviteResult>

type Props = {
  readonly action: SendInvitation
  readonly workspaceId: string
  readonly invitationId: string
  readonly email: string
}

/** Sends an invitation again; where there is no mail, its new link stands here, once. */
export function ResendForm({ action, workspaceId, invitationId, email }: Props) {
  const [result, submit] = useActionState(action, null)
  return (
    <form action={submit} className="grid max-w-96 justify-items-start gap-2">
      <input type="hidden" name="workspaceId" value={workspaceId} />
      <input type="hidden" name="invitationId" value={invitationId} />
      <SubmitButton variant="secondary" size="sm" pendingLabel="Sending…">
        Send again<span className="sr-only"> to {email}</span>
      </SubmitButton>
      <InvitedAlert result={result} />
    </form>
  )
}
