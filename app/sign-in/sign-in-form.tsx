'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { SubmitButton } from '@/components/ui/submit-button'
import { startSignIn } from './actions'
import type { signInCopy } from './sign-in-copy'

type Props = {
  readonly provider: string
  readonly next: string | null
  readonly copy: ReturnType<typeof signInCopy>
  /** How an earlier try ended. */
  readonly problem: keyof Props['copy'] | null
}

/** A form, so that it works before and without JavaScript: then the answer is this page, which moves on by itself. */
export function SignInForm({ provider, next, copy, problem }: Props) {
  const [result, action] = useActionState(startSignIn, null)
  if (result?.kind === 'leave') {
    return (
      <>
        <meta httpEquiv="refresh" content={`0;url=${result.authorizationUrl}`} />
        <p>
          <a href={result.authorizationUrl}>Continue to {provider}</a>
        </p>
      </>
    )
  }
  const reason = result ? (result.kind === 'refused' ? result.reason : 'failed') : problem
  return (
    <form action={action} className="grid gap-5">
      {reason && (
        <Alert tone="critical" title={copy[reason].title} role={result ? 'alert' : undefined}>
          <p>{copy[reason].next}</p>
        </Alert>
      )}
      {next && <input type="hidden" name="next" value={next} />}
      <SubmitButton pendingLabel={`Opening ${provider}…`}>Sign in with {provider}</SubmitButton>
    </form>
  )
}
