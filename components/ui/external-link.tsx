import clsx from 'clsx'
import type { ReactNode } from 'react'
import { type ButtonStyle, buttonStyles } from './button-styles'
import { Icon } from './icon'

type Props = ButtonStyle & {
  readonly href: string
  readonly className?: string | undefined
  readonly children: ReactNode
}

/** Leaves the product in a new tab, and says so. */
export function ExternalLink({ href, variant = 'link', size, className, children }: Props) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      className={clsx(buttonStyles({ variant, size }), variant === 'link' && 'gap-1', className)}
    >
      {children}
      <Icon name="arrow-up-right" className="size-3.5" />
      <span className="sr-only">(opens in a new tab)</span>
    </a>
  )
}
