import clsx from 'clsx'
import type { ReactNode } from 'react'

type ListProps = { readonly className?: string | undefined; readonly children: ReactNode }

/** Terms left and definitions right, hairlines between; under each other where it is narrow. */
export function DefinitionList({ className, children }: ListProps) {
  return <dl className={clsx('divide-y', className)}>{children}</dl>
}

type DefinitionProps = {
  readonly term: ReactNode
  /** Small print under the definition. */
  readonly note?: ReactNode
  readonly children: ReactNode
}

export function Definition({ term, note, children }: DefinitionProps) {
  return (
    <div className="grid grid-cols-[minmax(7.5rem,2fr)_3fr] gap-x-4 py-2.5">
      <dt className="text-sm/5.5 text-text-muted">{term}</dt>
      <dd className="min-w-0 break-words">
        {children}
        {note && <p className="text-xs text-text-muted">{note}</p>}
      </dd>
    </div>
  )
}
