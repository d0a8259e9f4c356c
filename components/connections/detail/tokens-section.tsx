import { Definition, DefinitionList } from '@/components/ui/definition-list'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/section'
import type { ConnectionDetails } from '@/lib/connections/views'
import type { ViewerClock } from '@/lib/format/time-zone'
import { TokenLife } from './token-life'

type Props = { readonly connection: ConnectionDetails; readonly clock: ViewerClock }

/** How long the tokens last and when they are renewed; never the tokens. */
export function TokensSection({ connection, clock }: Props) {
  const { tokens, refreshTokenExpiresAt, status } = connection
  const isHeld = refreshTokenExpiresAt !== null
  const isAccessLive = isHeld && tokens.accessTokenExpiresAt > clock.now
  const waits =
    status.kind === 'temporarily_unavailable' && status.cause === 'no_answer' && connection.nextAttemptAt !== null
  return (
    <Section id="tokens" title="Tokens">
      <DefinitionList>
        {isHeld ? (
          <>
            <Definition term="Refresh token" note={<Moment at={refreshTokenExpiresAt} clock={clock} as="moment" />}>
              {refreshTokenExpiresAt > clock.now ? 'Expires ' : 'Expired '}
              <Moment at={refreshTokenExpiresAt} clock={clock} />
              <TokenLife
                from={tokens.rotatedAt}
                to={refreshTokenExpiresAt}
                renewal={tokens.keepAliveAt}
                now={clock.now}
              />
            </Definition>
            <Definition term="Access token" note={accessNote(isAccessLive, waits)}>
              {isAccessLive ? 'Ends at ' : 'Ended at '}
              <Moment at={tokens.accessTokenExpiresAt} clock={clock} as="moment" />
            </Definition>
          </>
        ) : (
          <Definition term="Held">None</Definition>
        )}
        {isHeld && tokens.keepAliveAt && (
          <Definition term="Next renewal" note={waits ? 'Repeated until Airwallex answers' : 'Sooner when it is used'}>
            {waits && connection.nextAttemptAt ? (
              <Moment at={connection.nextAttemptAt} clock={clock} as="moment" />
            ) : (
              <>
                By <Moment at={tokens.keepAliveAt} clock={clock} as="day" />
              </>
            )}
          </Definition>
        )}
        <Definition term="Last renewal">
          <Moment at={tokens.rotatedAt} clock={clock} />
        </Definition>
        <Definition term="Generation" note="Grows by one with each renewal">
          {tokens.generation}
        </Definition>
      </DefinitionList>
    </Section>
  )
}

function accessNote(isLive: boolean, waits: boolean): string {
  if (isLive) return 'Lasts about five minutes'
  return waits ? 'Its renewal is under way' : 'Routine: the next use renews it'
}
