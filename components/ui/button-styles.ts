import clsx from 'clsx'

export type ButtonStyle = {
  readonly variant?: 'primary' | 'secondary' | 'quiet' | 'danger' | 'link' | undefined
  readonly size?: 'md' | 'sm' | 'icon' | undefined
}

const VARIANTS = {
  primary: 'button-primary',
  secondary: 'button-secondary',
  quiet: 'button-quiet',
  danger: 'button-danger',
  link: 'button-link',
} as const

const SIZES = { md: 'button-md', sm: 'button-sm', icon: 'button-icon' } as const

/** How everything that looks like a button looks (globals.css): buttons, and links that lead to an action's page. */
export function buttonStyles({
  variant = 'primary',
  size = 'md',
  className,
}: ButtonStyle & { readonly className?: string | undefined } = {}): string {
  return clsx('button', VARIANTS[variant], SIZES[size], className)
}
