import clsx from 'clsx'
import type { ComponentProps } from 'react'

/** Only where grouping needs it; lists and definitions stand on the page itself. */
export function Card({ className, ...props }: ComponentProps<'div'>) {
  return <div className={clsx('rounded-lg border bg-surface-raised', className)} {...props} />
}
