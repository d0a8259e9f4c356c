import clsx from 'clsx'

/** A line of text to come; give it the width of what it stands for. */
export function Skeleton({ className }: { readonly className?: string | undefined }) {
  return <span className={clsx('skeleton block h-3', className)} aria-hidden="true" />
}
