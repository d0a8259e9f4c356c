'use client'

import type { ReactNode } from 'react'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'
import { EnvironmentBadge } from './environment-badge'
import { ProductMark } from './product-mark'
import type { ShellProps } from './shell-props'
import { NAVIGATION_ID, Sidebar } from './sidebar'

/**
 * Navigation around every page. A client component so that a page carries its few props and not the elements a second
 * time; it works without JavaScript all the same: the menu is a popover, the switches are forms.
 */
export function Shell({ children, ...props }: ShellProps & { readonly children: ReactNode }) {
  return (
    <div className="min-h-dvh md:flex">
      <header className="top-bar">
        <ProductMark />
        <p className="min-w-0 flex-1 font-semibold">
          <ForeignText truncate>{props.workspace.name}</ForeignText>
        </p>
        <EnvironmentBadge environment={props.environment} />
        <button
          type="button"
          popoverTarget={NAVIGATION_ID}
          aria-label="Menu"
          className="-mr-2.5 flex size-11 items-center justify-center rounded-md"
        >
          <Icon name="menu" className="size-5" />
        </button>
      </header>
      <Sidebar {...props} />
      <main id="main" tabIndex={-1} className="min-w-0 flex-1 px-4 py-6 outline-none sm:px-6 lg:px-10 lg:py-8">
        {children}
      </main>
    </div>
  )
}
