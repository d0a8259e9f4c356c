import Link from 'next/link'
import { ForeignText } from '@/components/ui/foreign-text'
import { Moment } from '@/components/ui/moment'
import type { ConnectionSummary } from '@/lib/connections/view-rows'
import { countryName } from '@/lib/format/country'
import { formatDay, formatMoment } from '@/lib/format/instants'
import type { ViewerClock } from '@/lib/format/time-zone'
import { connectionName, entityTypeInWords, structureInWords } from './account-copy'
import { AccountStatus } from './account-status'
import { ConnectionStatusLine } from './connection-status'
import { shortStatus, statusInstant } from './status-copy'

type Props = { readonly connection: ConnectionSummary; readonly clock: ViewerClock }

export function ConnectionRow({ connection, clock }: Props) {
  const { id, airwallexAccountId, details, status, lastActivityAt, refreshTokenExpiresAt } = connection
  const began = statusInstant(status)
  const since = began ? (status.kind === 'temporarily_unavailable' ? formatMoment : formatDay)(began, clock) : ''
  const type =
    structureInWords(details?.businessStructure ?? null) ?? entityTypeInWords(details?.legalEntityType ?? null)
  return (
    <tr className="relative h-11 leading-5 transition-colors hover:bg-surface-sunken">
      <td className="py-1 pr-3">
        <div className="flex items-baseline justify-between gap-3">
          {/* The whole row is the link's target; the link itself is in the first cell. */}
          <Link
            href={`/connections/${id}`}
            prefetch={false}
            className="min-w-0 font-medium after:absolute after:inset-0"
          >
            <ForeignText truncate>{connectionName(connection)}</ForeignText>
          </Link>
          <Moment at={lastActivityAt} clock={clock} className="shrink-0 text-sm text-text-muted md:hidden" />
        </div>
        <div className="flex items-center justify-between gap-3 text-xs text-text-muted">
          <ConnectionStatusLine status={status} className="shrink-0 text-sm md:hidden" />
          <span className="truncate font-mono">{airwallexAccountId}</span>
        </div>
      </td>
      <td className="px-3 py-1 max-lg:hidden">
        <ForeignText truncate>{type ?? '–'}</ForeignText>
        {details?.country && <p className="truncate text-xs text-text-muted">{countryName(details.country)}</p>}
      </td>
      <td className="px-3 py-1 max-md:hidden">
        <ConnectionStatusLine status={status} />
        <p className="truncate text-xs text-text-muted">{shortStatus(status, since)}</p>
      </td>
      <td className="px-3 max-xl:hidden">
        <AccountStatus status={details?.status ?? null} />
      </td>
      <td className="px-3 text-right text-text-muted max-xl:pr-0 max-md:hidden">
        <Moment at={lastActivityAt} clock={clock} />
      </td>
      <td className="pl-3 text-right text-text-muted max-xl:hidden">
        {refreshTokenExpiresAt ? <Moment at={refreshTokenExpiresAt} clock={clock} /> : '–'}
      </td>
    </tr>
  )
}
