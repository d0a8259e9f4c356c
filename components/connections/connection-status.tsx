import { Badge } from '@/components/ui/badge'
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
