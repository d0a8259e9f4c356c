'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from './text-field'

type Result =
  | {
      readonly kind: 'invalid'
      readonly problems: Readonly<Record<string, string>>
      readonly typed: Readonly<Record<string, string>>
    }
  | { readonly kind: 'failed'; readonly reference: string }
  | { readonly kind: 'too_many' | 'not_allowed' | 'created' }
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: what an action answers that always redirects.
  | void

type Props = {
  readonly action: (previous: unknown, form: FormData) => Promise<Result>
  readonly label: string
  readonly button: string
  readonly pendingLabel: string
  readonly name?: string
  /** The workspace that the name is for, where there is one. */
  readonly workspaceId?: string
  readonly variant?: 'primary' | 'secondary'
}

const REFUSALS = {
  too_many: 'You own 20 workspaces. Delete one before you create another.',
  not_allowed: 'People who join by invitation cannot create a workspace here.',
} as const

/** Names a workspace, a new one or the one that is there. */
export function NameForm({ action, label, button, pendingLabel, name, workspaceId, variant }: Props) {
  const [result, submit] = useActionState(action, null)
  const refusal = result?.kind === 'too_many' || result?.kind === 'not_allowed' ? REFUSALS[result.kind] : null
  const problem = result?.kind === 'invalid' ? (result.problems.name ?? 'This name cannot be used.') : undefined
  return (
    <form action={submit} className="grid gap-4">
      {refusal && <Alert tone="caution" title={refusal} role="alert" />}
      {result?.kind === 'failed' && (
        <Alert tone="critical" title="This did not work" role="alert">
          Nothing was changed. Reference {result.reference}
        </Alert>
      )}
      {workspaceId && <input type="hidden" name="workspaceId" value={workspaceId} />}
      <TextField
        key={name}
        id="workspace-name"
        name="name"
        label={label}
        defaultValue={result?.kind === 'invalid' ? result.typed.name : name}
        required
        maxLength={80}
        autoComplete="off"
        problem={problem}
      />
      <div>
        <SubmitButton variant={variant} pendingLabel={pendingLabel}>
          {button}
        </SubmitButton>
      </div>
    </form>
  )
}
