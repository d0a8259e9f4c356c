'use client'

import { useActionState, useEffect, useRef } from 'react'
import { Alert } from '@/components/ui/alert'
import { SubmitButton } from '@/components/ui/submit-button'
import { confirmLink } from '../actions'

/** Posts by itself in the browser that asked for the link; elsewhere, and without JavaScript, someone has to click. */
export function ConfirmForm({ atOnce, shown }: { readonly atOnce: boolean; readonly shown: string }) {
  const [result, action] = useActionState(confirmLink, null)
  const form = useRef<HTMLFormElement>(null)
  const posted = useRef(false)
  useEffect(() => {
    if (!atOnce || posted.current) return
    posted.current = true
    form.current?.requestSubmit()
  }, [atOnce])
  return (
    <form ref={form} action={action} className="grid gap-5">
      {result && (
        <Alert tone="critical" title="Signing in did not work" role="alert">
          <p>Try again. If it keeps happening, contact your administrator and say when it happened.</p>
        </Alert>
      )}
      <input type="hidden" name="shown" value={shown} />
      <SubmitButton pendingLabel="Signing in…">Sign in</SubmitButton>
    </form>
  )
}
