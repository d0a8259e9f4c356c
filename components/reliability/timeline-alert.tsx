import { Alert } from '@/components/ui/alert'
import { Moment } from '@/components/ui/moment'
import type { TimelineChange } from '@/lib/background/views'
import type { ViewerClock } from '@/lib/format/time-zone'

type Props = { readonly change: TimelineChange | null; readonly clock: ViewerClock }

/** Says that the database failed over or was recovered, what may be lost by it and what to do. */
export function TimelineAlert({ change, clock }: Props) {
  if (!change) return null
  const { noticedAt, recoveredTo } = change
  return (
    <Alert tone="caution" title="The database failed over or was recovered to an earlier moment" className="mt-6">
      Noticed <Moment at={noticedAt} clock={clock} as="moment" />.{' '}
      {recoveredTo ? (
        <>
          The last change that survived was stored <Moment at={recoveredTo} clock={clock} as="moment" />; what was
          stored after it is lost.
        </>
      ) : (
        'What was stored shortly before may be lost.'
      )}{' '}
      A connection whose renewal was lost fails when it is next renewed and has to be reauthorized; the others are not
      affected. If the database was recovered to an earlier moment on purpose, your administrator can quarantine every
      connection first.
    </Alert>
  )
}
