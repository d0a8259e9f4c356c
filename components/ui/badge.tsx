import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon'
import { TONE_TEXT, TONE_TINT, type Tone } from './tone'

type Props = {
  readonly tone?: Tone | undefined
  readonly icon?: IconName | undefined
  readonly title?: string | undefined
  readonly className?: string | undefined
  readonly children: ReactNode
}

export function Badge({ tone = 'neutral', icon, title, className, children }: Props) {
  return (
    <span title={title} className={clsx('badge', icon && 'pl-1.5', TONE_TEXT[tone], TONE_TINT[tone], className)}>
      {icon && <Icon name={icon} className="size-3.5" />}
      <span className="truncate">{children}</span>
    </span>
  )
}
