import Link from 'next/link'
import type { ReactNode } from 'react'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'

type Props = {
  readonly connectionId: string
  readonly name: string
  readonly title: ReactNode
  readonly children: ReactNode
}

/** A page about one thing to do with one connection, and the way back. */
export function TaskPage({ connectionId, name, title, children }: Props) {
  return (
    <div className="mx-auto max-w-prose">
      <Link
        href={`/connections/${connectionId}`}
        prefetch={false}
        className="-ml-1 inline-flex h-8 max-w-full items-center gap-1.5 rounded-md px-1 text-sm text-text-muted hover:text-text pointer-coarse:h-11"
      >
        <Icon name="arrow-left" className="size-3.5" />
        <ForeignText truncate>{name}</ForeignText>
      </Link>
      <h1 className="mt-1 line-clamp-3 text-xl font-semibold tracking-[-0.01em]">{title}</h1>
      {children}
    </div>
  )
}

export function TaskButtons({
  connectionId,
  children,
}: {
  readonly connectionId: string
  readonly children: ReactNode
}) {
  return (
    <div className="mt-6 flex flex-wrap items-center gap-2 border-t pt-5">
      {children}
      <Link
        href={`/connections/${connectionId}`}
        prefetch={false}
        className="inline-flex h-9 items-center rounded-md px-3.5 font-medium text-text-muted transition-colors hover:bg-surface-sunken hover:text-text pointer-coarse:h-11"
      >
        Cancel
      </Link>
    </div>
  )
}
