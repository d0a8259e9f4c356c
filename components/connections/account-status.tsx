import { Icon } from '@/components/ui/icon'
import { TONE_TEXT } from '@/components/ui/tone'
import type { AirwallexAccountStatus } from '@/lib/airwallex/account-api'
import { accountStatusLabel } from './account-copy'

/** Airwallex's status of the account. The caller labels it as Airwallex's. */
export function AccountStatus({ status }: { readonly status: AirwallexAccountStatus | null }) {
  if (status === null) return <span className="text-text-muted">Not known</span>
  const { label, tone, icon } = accountStatusLabel(status)
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Icon name={icon} className={TONE_TEXT[tone]} />
      <bdi className="truncate" title={label}>
        {label}
      </bdi>
    </span>
  )
}
