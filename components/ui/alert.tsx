import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon'
import { TONE_ICON, TONE_TEXT, TONE_TINT, type Tone } from './tone'

type Props = {
  readonly tone?: Tone | undefined
  readonly icon?: IconName | undefined
  readonly title: ReactNode
  /** What to do about it: at most two buttons or links. */
  readonly actions?: ReactNode
  /** `alert` interrupts a screen reader, `status` waits; neither for what was on the page from the start. */
  readonly role?: 'alert' | 'status' | undefined
  readonly className?: string | undefined
  readonly children?: ReactNode
}

export function Alert({ tone = 'neutral', icon, title, actions, role, className, children }: Props) {
  return (
    <div role={role} className={clsx('flex gap-3 rounded-lg px-4 py-3', TONE_TINT[tone], className)}>
      <Icon name={icon ?? TONE_ICON[tone]} className={clsx('mt-[3px]', TONE_TEXT[tone])} />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <p className="font-medium break-words">{title}</p>
          {children && <div className="mt-0.5 max-w-prose break-words text-text-muted">{children}</div>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  )
}
