import Link from 'next/link'
import type { ReactNode } from 'react'
import { Icon } from '@/components/ui/icon'

type Back = { readonly href: '/settings' | '/settings/members'; readonly label: string }
type Props = { readonly back: Back; readonly title: ReactNode; readonly children: ReactNode }

/** A page about one thing to do in the settings, and the way back. */
export function SettingsTask({ back, title, children }: Props) {
  return (
    <div className="mx-auto max-w-prose">
      <Link
        href={back.href}
        prefetch={false}
        className="-ml-1 inline-flex h-8 max-w-full items-center gap-1.5 rounded-md px-1 text-sm text-text-muted hover:text-text pointer-coarse:h-11"
      >
        <Icon name="arrow-left" className="size-3.5" />
        {back.label}
      </Link>
      <h1 className="mt-1 text-xl font-semibold tracking-[-0.01em] break-words">{title}</h1>
      {children}
    </div>
  )
}

/** Under a form: what it does, and the way out of it. */
export function TaskFooter({ back, children }: { readonly back: Back; readonly children: ReactNode }) {
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

export const TO_SETTINGS: Back = { href: '/settings', label: 'Settings' }
export const TO_MEMBERS: Back = { href: '/settings/members', label: 'Members' }
