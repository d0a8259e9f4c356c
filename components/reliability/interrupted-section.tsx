import Link from 'next/link'
import { ForeignText } from '@/components/ui/foreign-text'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/section'
import type { RenewalUnderWay } from '@/lib/connections/lineage-views'
import { renewalOf } from '@/lib/connections/renewal'
import type { ViewerClock } from '@/lib/format/time-zone'

type Props = {
  readonly underWay: readonly RenewalUnderWay[]
  /** There are more than are listed. */
  readonly isCut: boolean
  readonly clock: ViewerClock
}

/** Renewals that were sent and not answered. */
export function InterruptedSection({ underWay, isCut, clock }: Props) {
  const rows = underWay.flatMap((state) => {
    const renewal = renewalOf(state)
    return renewal.kind === 'interrupted' ? [{ ...state, renewal }] : []
  })
  const sending = underWay.length - rows.length
  return (
    <Section id="interrupted" title="Interrupted now">
      {rows.length === 0 ? (
        <p className="py-3 text-text-muted">
          No renewal is interrupted.
          {sending > 0 && ` ${sending === 1 ? 'One is' : `${sending} are`} being made.`}
        </p>
      ) : (
        <ul className="divide-y">
          {rows.map(({ connectionId, name, renewal }) => (
            <li key={connectionId} className="relative flex min-h-11 flex-wrap items-center gap-x-4 py-2">
              <Link
                href={`/connections/${connectionId}`}
                prefetch={false}
                className="min-w-0 flex-1 basis-48 font-medium after:absolute after:inset-0"
              >
                <ForeignText truncate>{name}</ForeignText>
              </Link>
              <span className="text-sm text-text-muted">
                {renewal.sends === 1 ? 'Sent once' : `Sent ${renewal.sends} times`}, unanswered since{' '}
                <Moment at={renewal.since} clock={clock} as="moment" />
                {renewal.phase === 'late' && ', now only late attempts'}
              </span>
            </li>
          ))}
          {isCut && <li className="py-2 text-sm text-text-muted">Only the oldest are shown.</li>}
        </ul>
      )}
    </Section>
  )
}
