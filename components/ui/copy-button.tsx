'use client'

import { useEffect, useState } from 'react'

type Props = {
  readonly value: string
  /** What is copied, as in "Copy account id". */
  readonly label: string
}

const SHOWN_MS = 2_000

/** Shows for two seconds whether it worked. Without a clipboard, the text next to it can still be selected. */
export function CopyButton({ value, label }: Props) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [state])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
      setState('copied')
    } catch {
      setState('failed')
    }
  }
  const path =
    state === 'copied'
      ? 'm3 8.5 3.25 3.25L13 4.75'
      : 'M6 5.75h6.5a.75.75 0 0 1 .75.75V13a.75.75 0 0 1-.75.75H6a.75.75 0 0 1-.75-.75V6.5A.75.75 0 0 1 6 5.75ZM10.5 5.5V3a.75.75 0 0 0-.75-.75H3.5a.75.75 0 0 0-.75.75v6.5c0 .4.3.75.75.75h1.5'
  return (
    <button
      type="button"
      onClick={copy}
      className={
        'inline-flex size-7 shrink-0 items-center justify-center rounded-md text-text-muted transition-colors hover:bg-surface-sunken hover:text-text pointer-coarse:size-11'
      }
      aria-label={`Copy ${label}`}
      title={`Copy ${label}`}
    >
      <svg
        className="size-4"
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        <path d={path} />
      </svg>
      <span className="sr-only" aria-live="polite">
        {state === 'copied' && 'Copied'}
        {state === 'failed' && 'Could not copy; select the text instead'}
      </span>
    </button>
  )
}
