import clsx from 'clsx'
import Link from 'next/link'
import type { ComponentProps } from 'react'
import { type ButtonStyle, buttonStyles } from './button-styles'

/** A link that looks like a button: it leads to the page where an action is confirmed. Never prefetched. */
export function ButtonLink({ variant, size, className, ...props }: ComponentProps<typeof Link> & ButtonStyle) {
  return <Link prefetch={false} className={clsx(buttonStyles({ variant, size }), className)} {...props} />
}
