import { cva, type VariantProps } from 'class-variance-authority'

/** How everything that looks like a button looks: buttons, and links that lead to an action's page. */
export const buttonStyles = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 whitespace-nowrap font-medium transition-colors select-none disabled:opacity-60 aria-disabled:opacity-60',
  {
    variants: {
      variant: {
        primary:
          'rounded-md bg-accent text-on-accent hover:bg-accent-strong disabled:hover:bg-accent aria-disabled:hover:bg-accent',
        secondary:
          'rounded-md border border-border-strong/55 bg-surface-raised text-text hover:border-border-strong hover:bg-surface-sunken',
        quiet: 'rounded-md text-text-muted hover:bg-surface-sunken hover:text-text',
        danger:
          'rounded-md bg-critical text-on-critical hover:bg-critical-strong disabled:hover:bg-critical aria-disabled:hover:bg-critical',
        link: 'rounded-sm text-accent underline decoration-accent/40 underline-offset-3 hover:decoration-accent',
      },
      size: { md: 'text-base', sm: 'text-sm', icon: 'text-base' },
    },
    compoundVariants: [
      { variant: ['primary', 'secondary', 'quiet', 'danger'], size: 'md', class: 'h-9 px-3.5 pointer-coarse:h-11' },
      { variant: ['primary', 'secondary', 'quiet', 'danger'], size: 'sm', class: 'h-7 px-2.5 pointer-coarse:h-11' },
      { variant: ['primary', 'secondary', 'quiet', 'danger'], size: 'icon', class: 'size-9 pointer-coarse:size-11' },
      { variant: 'link', class: 'min-h-6' },
    ],
    defaultVariants: { variant: 'primary', size: 'md' },
  },
)

export type ButtonStyle = VariantProps<typeof buttonStyles>
