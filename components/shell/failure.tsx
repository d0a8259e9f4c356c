'use client'

import { buttonStyles } from '@/components/ui/button-styles'

type Props = {
  /** Next's id of the error, which the log has too. */
  readonly digest: string | undefined
}

/** What a page shows in place of what it could not. The error itself stays in the log. */
export function Failure({ digest }: Props) {
  return (
    <div className="mx-auto max-w-prose py-16" role="alert">
      <h1 className="text-xl font-semibold tracking-[-0.01em]">This page could not be shown</h1>
      <p className="mt-2 text-text-muted">
        Something failed on our side. Your connections are safe. Check whether your change was saved before retrying. If
        it keeps happening, contact your administrator{digest ? ' with this reference' : ''}.
      </p>
      {digest && (
        <p className="mt-4 text-sm text-text-muted">
          Reference <code className="font-mono text-text select-all">{digest}</code>
        </p>
      )}
      <div className="mt-6 flex gap-2">
        <button type="button" onClick={() => window.location.reload()} className={buttonStyles()}>
          Try again
        </button>
        <a href="/" className={buttonStyles({ variant: 'secondary' })}>
          Go to the dashboard
        </a>
      </div>
    </div>
  )
}
