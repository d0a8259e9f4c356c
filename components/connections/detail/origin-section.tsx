import { ButtonLink } from '@/components/ui/button-link'
import { Definition, DefinitionList } from '@/components/ui/definition-list'
import { ForeignText } from '@/components/ui/foreign-text'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/section'
import type { ConnectionDetails } from '@/lib/connections/views'
import type { ViewerClock } from '@/lib/format/time-zone'

type Props = {
  readonly connection: ConnectionDetails
  readonly clock: ViewerClock
  /** What was done with it, for who may read that. */
  readonly logHref: string | null
}

/** Who made the connection and when. */
export function OriginSection({ connection, clock, logHref }: Props) {
  const { id, connectedBy, connectedAt, tokens, lastActivityAt } = connection
  const name = connectedBy && (connectedBy.name || connectedBy.email)
  return (
    <Section
      id="connection"
      title="Connection"
      aside={
        logHref && (
          <ButtonLink href={logHref} variant="quiet" size="sm">
            In the audit log
          </ButtonLink>
        )
      }
    >
      <DefinitionList>
        <Definition term="Connected by" note={connectedBy?.name && connectedBy.email}>
          {name ? <ForeignText>{name}</ForeignText> : <span className="text-text-muted">Someone no longer here</span>}
        </Definition>
        <Definition term="First connected">
          <Moment at={connectedAt} clock={clock} as="day" />
        </Definition>
        <Definition term="Last authorized">
          <Moment at={tokens.authorizedAt} clock={clock} as="day" />
        </Definition>
        <Definition term="Last activity">
          <Moment at={lastActivityAt} clock={clock} />
        </Definition>
        <Definition term="Connection id">
          <code className="font-mono text-xs break-all text-text-muted">{id}</code>
        </Definition>
      </DefinitionList>
    </Section>
  )
}
