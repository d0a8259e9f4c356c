import Link from 'next/link'
import type { ReactNode } from 'react'
import { ForeignText } from './foreign-text'
import { Icon, type IconName } from './icon'

/** Where the person came from and returns to when they cancel. */
export type Back = { readonly href: string; readonly label: string }

type Props = { readonly back: Back; readonly title: ReactNode; readonly children: ReactNode }

/** A page for a single task, with the way back. */
export function TaskPage({ back, title, children }: Props) {
  return (
    <div className="mx-auto max-w-prose">
      <Link
        href={back.href}
        prefetch={false}
        className="-ml-1 inline-flex h-8 max-w-full items-center gap-1.5 rounded-md px-1 text-sm text-text-muted hover:text-text pointer-coarse:h-11"
      >
        <Icon name="arrow-left" className="size-3.5" />
        <ForeignText truncate>{back.label}</ForeignText>
      </Link>
      <h1 className="mt-1 line-clamp-3 text-xl font-semibold tracking-[-0.01em] break-words">{title}</h1>
      {children}
    </div>
  )
}

/** The buttons under a task's form, and a way out. */
export function TaskButtons({ back, children }: { readonly back: Back; readonly children: ReactNode }) {
  return (
    <div className="mt-6 flex flex-wrap items-center gap-2 border-t pt-5">
      {children}
      <Link
        href={back.href}
        prefetch={false}
        className="inline-flex h-9 items-center rounded-md px-3.5 font-medium text-text-muted transition-colors hover:bg-surface-sunken hover:text-text pointer-coarse:h-11"
      >
        Cancel
      </Link>
    </div>
  )
}

type ConsequenceProps = { readonly icon: IconName; readonly title: string; readonly children: ReactNode }

/** One result of what is about to be confirmed. Use it inside a list. */
export function Consequence({ icon, title, children }: ConsequenceProps) {
  return (
    <li className="flex gap-3 py-3.5">
      <Icon name={icon} className="mt-[3px] text-text-muted" />
      <div className="min-w-0">
        <h2 className="font-medium">{title}</h2>
        <p className="text-text-muted">{children}</p>
      </div>
    </li>
  )
}
