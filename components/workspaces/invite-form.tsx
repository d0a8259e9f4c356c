'use client'

import { useActionState } from 'react'
import { SubmitButton } from '@/components/ui/submit-button'
import { TaskButtons } from '@/components/ui/task-page'
import type { Role } from '@/lib/auth/permissions'
import { TO_MEMBERS } from './back'
import { InvitedAlert } from './invited-alert'
import type { SendInvitation } from './resend-form'
import { RoleChoice } from './role-choice'
import { TextField } from './text-field'

type Props = {
  readonly action: SendInvitation
  readonly workspaceId: string
  /** Those that the viewer may give. */
  readonly roles: readonly Role[]
}

export function InviteForm({ action, workspaceId, roles }: Props) {
  const [result, submit] = useActionState(action, null)
  const problem = result?.kind === 'invalid' ? `This ${result.problems.email ?? 'cannot be used'}.` : undefined
  const typed = result?.kind === 'invalid' ? result.typed : null
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
        defaultValue={typed?.email}
        problem={problem}
      />
      <RoleChoice roles={roles} chosen={roles.find((role) => role === typed?.role) ?? 'viewer'} />
      <TaskButtons back={TO_MEMBERS}>
        <SubmitButton pendingLabel="Inviting…">Invite</SubmitButton>
      </TaskButtons>
    </form>
  )
}
