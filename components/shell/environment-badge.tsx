import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Badge } from '@/components/ui/badge'

const ENVIRONMENTS = {
  demo: { label: 'Demo', title: 'Connected to Airwallex’s demo environment: no real money' },
  local: { label: 'Local', title: 'Connected to a local stand-in for Airwallex: no real accounts' },
} as const

type Props = {
  readonly environment: 'production' | 'demo' | 'local'
  readonly className?: string | undefined
  /** More words, where there is room. */
  readonly children?: ReactNode
}

/** On every page unless the environment is production. */
export function EnvironmentBadge({ environment, className, children }: Props) {
  if (environment === 'production') return null
  const { label, title } = ENVIRONMENTS[environment]
  return (
    <Badge tone="caution" title={title} className={clsx('shrink-0', className)}>
      {label}
      {children}
    </Badge>
  )
}
