import clsx from 'clsx'

type Props = { readonly children: string; readonly className?: string | undefined; readonly truncate?: boolean }

/**
 * Text that someone else wrote: isolated, so that its direction does not reorder what stands around it, and wrapped or
 * cut, with all of it in the title.
 */
export function ForeignText({ children, className, truncate = false }: Props) {
  return (
    <bdi
      title={truncate ? children : undefined}
      className={clsx(truncate ? 'block truncate' : '[overflow-wrap:anywhere]', className)}
    >
      {children}
    </bdi>
  )
}
