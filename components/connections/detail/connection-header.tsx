import Link from 'next/link'
import { connectionName, entityTypeInWords, structureInWords } from '@/components/connections/account-copy'
import { AccountStatus } from '@/components/connections/account-status'
import { AIRWALLEX_INTEGRATIONS_PAGE } from '@/components/connections/airwallex-page'
import { ConnectionStatusBadge } from '@/components/connections/connection-status'
import { CopyableId } from '@/components/connections/copyable-id'
import { STATUS_LABELS, statusInstant, statusSentence } from '@/components/connections/status-copy'
import { Alert } from '@/components/ui/alert'
import { ButtonLink } from '@/components/ui/button-link'
import { ExternalLink } from '@/components/ui/external-link'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'
import type { Renewal } from '@/lib/connections/renewal'
import type { ConnectionStatus } from '@/lib/connections/status'
import type { ConnectionDetails } from '@/lib/connections/views'
import { countryName } from '@/lib/format/country'
import { formatDay, formatMoment } from '@/lib/format/instants'
import type { ViewerClock } from '@/lib/format/time-zone'
import { ConnectionMenu, type ConnectionRights } from './connection-menu'
import { Interruption } from './interruption'
import { INTERRUPTED_TITLE } from './renewal-copy'

type Props = {
  readonly connection: ConnectionDetails
  /** Its sent and unanswered refresh, if there is one. */
  readonly renewal: Renewal | null
  readonly clock: ViewerClock
  readonly rights: ConnectionRights
}

export function ConnectionHeader({ connection, renewal, clock, rights }: Props) {
  const { id, airwallexAccountId, details, status } = connection
  const facts = [
    structureInWords(details?.businessStructure ?? null) ?? entityTypeInWords(details?.legalEntityType ?? null),
    details?.country ? countryName(details.country) : null,
  ].filter((fact) => fact !== null)
  return (
    <header>
      <Link
        href="/connections"
        prefetch={false}
        className="-ml-1 inline-flex h-8 items-center gap-1.5 rounded-md px-1 text-sm text-text-muted hover:text-text pointer-coarse:h-11"
      >
        <Icon name="arrow-left" className="size-3.5" />
        Connections
      </Link>
      <div className="mt-1 flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1
              className="line-clamp-2 max-w-full text-xl font-semibold tracking-[-0.01em]"
              title={connectionName(connection)}
            >
              <ForeignText>{connectionName(connection)}</ForeignText>
            </h1>
            {status.kind === 'active' && <ConnectionStatusBadge status={status} />}
            {details?.status && (
              <p className="flex min-w-0 items-center gap-1.5 text-sm text-text-muted">
                <span className="shrink-0">Airwallex status:</span> <AccountStatus status={details.status} />
              </p>
            )}
          </div>
          <div className="flex flex-wrap items-center gap-x-3 text-text-muted">
            <CopyableId value={airwallexAccountId} label="account id" />
            {facts.length > 0 && <ForeignText>{facts.join(' · ')}</ForeignText>}
          </div>
        </div>
        <ConnectionMenu id={id} status={status} rights={rights} />
      </div>
      <StatusPanel connection={connection} renewal={renewal} clock={clock} rights={rights} />
    </header>
  )
}

/** An active connection needs one quiet sentence; any other status a panel with what to do. */
function StatusPanel({ connection, renewal, clock, rights }: Props) {
  const { id, status, tokens, nextAttemptAt, refreshTokenExpiresAt } = connection
  const began = statusInstant(status) ?? tokens.authorizedAt
  const sentence = statusSentence(status, {
    since: (status.kind === 'active' ? formatDay : formatMoment)(began, clock),
    nextAttempt: nextAttemptAt && nextAttemptAt > clock.now ? formatMoment(nextAttemptAt, clock) : null,
    lapses: refreshTokenExpiresAt && formatDay(refreshTokenExpiresAt, clock),
  })
  const interruption = renewal?.kind === 'interrupted' && (
    <Interruption renewal={renewal} isQuarantined={status.kind === 'quarantined'} clock={clock} />
  )
  if (status.kind === 'active') {
    return (
      <>
        <p className="mt-2 max-w-prose text-text-muted">{sentence}</p>
        {interruption && (
          <Alert tone="caution" icon="refresh" title={INTERRUPTED_TITLE} className="mt-4">
            {interruption}
          </Alert>
        )}
      </>
    )
  }
  const { label, tone, icon } = STATUS_LABELS[status.kind]
  return (
    <Alert
      tone={tone}
      icon={icon}
      title={label}
      className="mt-4"
      actions={<PrimaryAction id={id} status={status.kind} rights={rights} />}
    >
      <p>{sentence}</p>
      {interruption}
      {status.kind === 'disconnected' && <AtAirwallex connection={connection} clock={clock} />}
    </Alert>
  )
}

type ActionProps = {
  readonly id: string
  readonly status: ConnectionStatus['kind']
  readonly rights: ConnectionRights
}

/** What gets the connection to work again, where that is anyone's to do. */
function PrimaryAction({ id, status, rights }: ActionProps) {
  if (status === 'quarantined') {
    return rights.liftQuarantine && <ButtonLink href={`/connections/${id}/lift-quarantine`}>Lift quarantine</ButtonLink>
  }
  if ((status !== 'reauthorization_required' && status !== 'disconnected') || !rights.reauthorize) return null
  return (
    <ButtonLink href={`/connections/${id}/reauthorize`} variant={status === 'disconnected' ? 'secondary' : 'primary'}>
      Reauthorize
    </ButtonLink>
  )
}

/** What a disconnect here leaves at Airwallex, as far as we know. */
function AtAirwallex({ connection, clock }: Pick<Props, 'connection' | 'clock'>) {
  const { disconnectEventAt, revocationOutcome } = connection
  if (disconnectEventAt) {
    return (
      <p className="mt-1">Airwallex confirmed on {formatDay(disconnectEventAt, clock)} that access was withdrawn.</p>
    )
  }
  return (
    <p className="mt-1">
      {revocationOutcome === 'accepted'
        ? 'Airwallex agreed to revoke the refresh token. The application may stay listed there until the account’s owner removes it. '
        : 'The consent itself remains at Airwallex until the account’s owner withdraws it there. '}
      <ExternalLink href={AIRWALLEX_INTEGRATIONS_PAGE}>Integrations at Airwallex</ExternalLink>
    </p>
  )
}
