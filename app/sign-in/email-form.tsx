'use client'

import { useActionState, useEffect, useRef } from 'react'
import { Alert } from '@/components/ui/alert'
import { SubmitButton } from '@/components/ui/submit-button'
import { emailLink } from './actions'
import type { signInCopy } from './sign-in-copy'

type Props = { readonly next: string | null; readonly copy: ReturnType<typeof signInCopy> }

/** Asks for a link. What it answers is the same for every address. */
export function EmailForm({ next, copy }: Props) {
  const [result, action] = useActionState(emailLink, null)
  const field = useRef<HTMLInputElement>(null)
  const problem = result?.kind === 'invalid' ? (result.problems.email ?? 'cannot be used') : null
  const typed =
    result?.kind === 'invalid' ? result.typed.email : result?.kind === 'link_requested' ? result.address : undefined
  const reason = result?.kind === 'refused' ? result.reason : result?.kind === 'failed' ? result.kind : null
  useEffect(() => {
    if (result?.kind === 'invalid') field.current?.focus()
  }, [result])
  return (
    <form action={action} className="mt-6 grid gap-3 border-t pt-6" noValidate>
      {result?.kind === 'link_requested' && (
        <Alert tone="info" title="If this email address can sign in, a link is on its way" role="status">
          <p>
            Check {result.address}’s inbox. The link works once, for 10 minutes. Open it in this browser if you can.
          </p>
        </Alert>
      )}
      {reason && (
        <Alert tone="critical" title={copy[reason].title} role="alert">
          <p>{copy[reason].next}</p>
        </Alert>
      )}
      {next && <input type="hidden" name="next" value={next} />}
      <div className="grid gap-1">
        <label htmlFor="email" className="font-medium">
          Email address
        </label>
        <input
          ref={field}
          id="email"
          name="email"
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          defaultValue={typed}
          aria-invalid={problem !== null || undefined}
          aria-describedby={problem ? 'email-problem' : undefined}
          className="h-9 w-full rounded-md border border-border-strong bg-surface-raised px-3 pointer-coarse:h-11"
        />
        {problem && (
          <p id="email-problem" className="text-sm text-critical">
            This {problem}.
          </p>
        )}
      </div>
      <SubmitButton variant="secondary" pendingLabel="Asking…">
        Email me a link
      </SubmitButton>
    </form>
  )
}
