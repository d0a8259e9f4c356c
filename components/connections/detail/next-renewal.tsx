import { Moment } from '@/components/ui/moment'
import type { ConnectionDetails } from '@/lib/connections/views'
import type { ViewerClock } from '@/lib/format/time-zone'

type Props = { readonly connection: ConnectionDetails; readonly clock: ViewerClock }

/** When the tokens change next, in one sentence. */
export function NextRenewal({ connection, clock }: Props) {
  const { status, tokens, nextAttemptAt } = connection
  const { accessTokenExpiresAt, keepAliveAt, ...rest } = tokens
  if (status.kind === 'frozen') return 'Frozen: no renewal begins until the freeze is lifted.'
  if (status.kind === 'quarantined') return 'Quarantined: no renewal begins until the quarantine is lifted.'
  if (status.kind === 'disconnected') return 'Disconnected: renewals have stopped.'
  if (status.kind === 'reauthorization_required') return 'Renewals stop until the connection is reauthorized.'
  if (nextAttemptAt && nextAttemptAt > clock.now) {
    return (
      <>
        Next renewal: retry at <Moment at={nextAttemptAt} clock={clock} as="moment" />.
      </>
    )
  }
  const latest = keepAliveAt ?? rest.refreshTokenExpiresAt
  return (
    <>
      Next renewal: when a token is needed
      {accessTokenExpiresAt > clock.now && (
        <>
          {' '}
          and this one is about to end (<Moment at={accessTokenExpiresAt} clock={clock} as="moment" />)
        </>
      )}
      {keepAliveAt && keepAliveAt <= clock.now ? (
        ', or within minutes, to keep it alive.'
      ) : (
        <>
          , and on <Moment at={latest} clock={clock} as="day" /> at the latest.
        </>
      )}
    </>
  )
}
