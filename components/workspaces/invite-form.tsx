'use client'

import { type ReactNode, useActionState } from 'react'
import { SubmitButton } from '@/components/ui/submit-button'
import { TaskButtons } from '@/components/ui/task-page'
import { TO_MEMBERS } from './back'
import { InvitedAlert } from './invited-alert'
import type { SendInvitation } from './resend-form'
import { TextField } from './text-field'

type Props = {
  readonly action: SendInvitation
  readonly workspaceId: string
  /** The choice of a role. */
  readonly children: ReactNode
}

export function InviteForm({ action, workspaceId, children }: Props) {
  const [result, submit] = useActionState(action, null)
  const problem = result?.kind === 'invalid' ? `This ${result.problems.email ?? 'cannot be used'}.` : undefined
  return (
    <form action={submit} className="mt-6 grid gap-6">
      <InvitedAlert result={result} />
      <input type="hidden" name="workspaceId" value={workspaceId} />
      <TextField
        id="email"
        name="email"
        type="email"
        label="Email address"
        hint="They have to sign in with this address to join."
        required
        maxLength={254}
        autoComplete="off"
        problem={problem}
      />
      {children}
      <TaskButtons back={TO_MEMBERS}>
        <SubmitButton pendingLabel="Inviting…">Invite</SubmitButton>
      </TaskButtons>
    </form>
  )
}
