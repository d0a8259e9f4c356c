import type { ReactNode } from 'react'
import { NextRenewal } from '@/components/connections/detail/next-renewal'
import { Icon } from '@/components/ui/icon'
import { Section } from '@/components/ui/section'
import type { Lineage } from '@/lib/connections/lineage-views'
import type { ConnectionDetails } from '@/lib/connections/views'
import { formatDay } from '@/lib/format/instants'
import type { ViewerClock } from '@/lib/format/time-zone'
import { compactedInWords } from './lineage-copy'
import { LineageStrip } from './lineage-strip'
import { LineageTable } from './lineage-table'

type Props = {
  readonly connection: ConnectionDetails
  readonly lineage: Lineage
  readonly clock: ViewerClock
  /** Beside the title. */
  readonly aside?: ReactNode
}

/** How the tokens came down to the present ones, and when they change next. */
export function LineageSection({ connection, lineage, clock, aside }: Props) {
  const { entries, compacted } = lineage
  // Days are UTC's, whatever the viewer's zone.
  const day = (at: Date) => formatDay(at, { ...clock, timeZone: 'UTC' })
  return (
    <Section id="lineage" title="Renewal history" aside={aside}>
      <p className="py-3 text-text-muted">
        <NextRenewal connection={connection} clock={clock} />
      </p>
      {entries.length === 0 ? (
        <p className="pb-3 text-text-muted">No renewals yet.</p>
      ) : (
        <>
          <LineageStrip entries={entries} clock={clock} />
          <details className="group mt-3 border-t">
            <summary className="flex min-h-9 items-center gap-1.5 rounded-sm text-sm text-text-muted hover:text-text pointer-coarse:min-h-11">
              <Icon name="chevron-right" className="size-3.5 transition-transform group-open:rotate-90" />
              {entries.length === 1 ? 'Show as a table' : `Show the latest ${entries.length} as a table`}
            </summary>
            <LineageTable entries={entries} clock={clock} />
          </details>
        </>
      )}
      {compacted && (
        <p className="border-t py-2.5 text-sm text-text-muted">
          {compactedInWords(compacted, day(compacted.from), day(compacted.to))}
        </p>
      )}
    </Section>
  )
}
