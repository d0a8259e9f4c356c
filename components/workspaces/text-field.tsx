import type { ComponentProps } from 'react'

type Props = Omit<ComponentProps<'input'>, 'id' | 'className'> & {
  readonly id: string
  readonly label: string
  /** Small print that belongs to the field. */
  readonly hint?: string | undefined
  /** What is wrong with what was sent, as a sentence. */
  readonly problem?: string | undefined
}

/** A labelled line of text; what is wrong with it stands at it. */
export function TextField({ id, label, hint, problem, ...props }: Props) {
  const notes = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ')
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={problem ? true : undefined}
        aria-describedby={notes || undefined}
        className="h-9 w-full rounded-md border border-border-strong bg-surface-raised px-3 pointer-coarse:h-11"
        {...props}
      />
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-text-muted">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} role="alert" className="text-sm text-critical">
          {problem}
        </p>
      )}
    </div>
  )
}
