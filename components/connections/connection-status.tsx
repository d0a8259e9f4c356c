import clsx from 'clsx'
import { Badge } from '@/components/ui/badge'
import { Icon } from '@/components/ui/icon'
import { TONE_TEXT } from '@/components/ui/tone'
import type { ConnectionStatus } from '@/lib/connections/status'
import { STATUS_LABELS } from './status-copy'

/** Icon, word and color, on a tint. */
export function ConnectionStatusBadge({ status }: { readonly status: ConnectionStatus }) {
  const { label, tone, icon } = STATUS_LABELS[status.kind]
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  )
}

type LineProps = { readonly status: ConnectionStatus; readonly className?: string }

/** The same for the rows of a table, where fifty tints would shout. */
export function ConnectionStatusLine({ status, className }: LineProps) {
  const { label, tone, icon } = STATUS_LABELS[status.kind]
  return (
    <span className={clsx('flex min-w-0 items-center gap-1.5', className)}>
      <Icon name={icon} className={TONE_TEXT[tone]} />
      <span className={clsx('truncate', status.kind !== 'active' && TONE_TEXT[tone])}>{label}</span>
    </span>
  )
}
