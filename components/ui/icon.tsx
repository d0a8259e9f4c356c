import clsx from 'clsx'
import type { ICONS } from './icon-names'

export type IconName = (typeof ICONS)[number]

/** Decorative: the words next to it, or its button's label, carry the meaning. Drawn by app/icons.css. */
export function Icon({ name, className }: { readonly name: IconName; readonly className?: string | undefined }) {
  return <span className={clsx('icon', `icon-${name}`, className)} aria-hidden="true" />
}
