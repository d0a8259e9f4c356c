import clsx from 'clsx'
import type { ReactNode } from 'react'

type Props = {
  readonly id: string
  readonly title: string
  /** Beside the title, such as "As of 14:32" and a way to try again. */
  readonly aside?: ReactNode
  readonly className?: string | undefined
  readonly children: ReactNode
}

/** A part of a page under a heading and a hairline. */
export function Section({ id, title, aside, className, children }: Props) {
  return (
    <section aria-labelledby={`${id}-title`} className={clsx('min-w-0', className)}>
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 border-b pb-1.5">
        <h2 id={`${id}-title`} className="text-lg font-semibold tracking-[-0.005em]">
          {title}
        </h2>
        {aside && (
          <div className="-mr-2.5 flex items-center gap-1 pr-2.5 text-sm text-text-muted has-[button,a]:pr-0">
            {aside}
          </div>
        )}
      </div>
      {children}
    </section>
  )
}
