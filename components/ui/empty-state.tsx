import type { ReactNode } from 'react'

type Props = {
  readonly title: string
  /** One action, or none. */
  readonly action?: ReactNode
  readonly children: ReactNode
}

export function EmptyState({ title, action, children }: Props) {
  return (
    <div className="rounded-lg border border-dashed px-6 py-14 text-center">
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="mx-auto mt-1 max-w-prose text-text-muted">{children}</div>
      {action && <div className="mt-6 flex flex-col items-center gap-3">{action}</div>}
    </div>
  )
}
