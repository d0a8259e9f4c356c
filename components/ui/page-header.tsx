import type { ReactNode } from 'react'

type Props = { readonly title: ReactNode; readonly actions?: ReactNode; readonly children?: ReactNode }

export function PageHeader({ title, actions, children }: Props) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
      <div className="min-w-0 flex-1 basis-72">
        <h1 className="text-xl font-semibold tracking-[-0.01em]">{title}</h1>
        {children && <div className="mt-1 max-w-prose text-text-muted">{children}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  )
}
