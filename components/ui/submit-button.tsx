'use client'

import clsx from 'clsx'
import type { ComponentProps, MouseEvent, ReactNode } from 'react'
import { useFormStatus } from 'react-dom'
import { type ButtonStyle, buttonStyles } from './button-styles'

type Props = Omit<ComponentProps<'button'>, 'type'> & ButtonStyle & { readonly pendingLabel?: ReactNode }

/**
 * Submits its form once: while that is under way it says so and refuses to submit again, without losing focus as a
 * disabled button would. Without JavaScript it is a plain submit button.
 */
export function SubmitButton({ variant, size, className, pendingLabel, children, onClick, ...props }: Props) {
  const { pending } = useFormStatus()
  const refuseTwice = (event: MouseEvent<HTMLButtonElement>) => {
    if (pending) event.preventDefault()
    else onClick?.(event)
  }
  return (
    <button
      type="submit"
      className={clsx(buttonStyles({ variant, size }), className)}
      aria-disabled={pending || undefined}
      onClick={refuseTwice}
      {...props}
    >
      {pending && (
        <svg
          className="spin size-4"
          viewBox="0 0 16 16"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.75"
          aria-hidden="true"
        >
          <path d="M14 8a6 6 0 1 1-6-6" strokeLinecap="round" />
        </svg>
      )}
      <span aria-live="polite">{pending && pendingLabel ? pendingLabel : children}</span>
    </button>
  )
}
