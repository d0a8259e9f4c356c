import clsx from 'clsx'
import type { ReactNode } from 'react'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon, type IconName } from '@/components/ui/icon'
import { Moment } from '@/components/ui/moment'
import { TONE_TEXT } from '@/components/ui/tone'
import type { LineageEntry } from '@/lib/connections/lineage-views'
import { formatDuration } from '@/lib/format/duration'
import type { ViewerClock } from '@/lib/format/time-zone'
import {
  causeInWords,
  lineageOutcome,
  MARKS,
  type MarkKind,
  repairsInWords,
  timingInWords,
  timingOf,
} from './lineage-copy'

type Props = { readonly entries: readonly LineageEntry[]; readonly clock: ViewerClock }

const ICONS: Readonly<Record<MarkKind, IconName>> = {
  authorized: 'link',
  renewed: 'check',
  repaired: 'check-circle',
  odd: 'alert',
  ended: 'cross',
  unknown: 'minus',
}

/** The strip in words, the newest first. */
export function LineageTable({ entries, clock }: Props) {
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">Renewals, newest first</caption>
      <thead className="text-text-muted max-sm:sr-only">
        <tr className="border-b">
          <Column className="w-24 sm:w-28">Generation</Column>
          <Column>Outcome</Column>
          <Column className="w-56 max-lg:hidden">Process</Column>
          <Column className="w-16 text-right sm:w-56">Took</Column>
        </tr>
      </thead>
      <tbody className="divide-y">
        {entries.map((entry) => (
          <Row key={entry.id} entry={entry} clock={clock} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ entry, clock }: { readonly entry: LineageEntry; readonly clock: ViewerClock }) {
  const { generation, grantNo, repairs, committedAt } = entry
  const { label, mark } = lineageOutcome(entry)
  const timing = timingOf(entry)
  return (
    <tr className="align-top">
      <th scope="row" className="py-2 pr-3 text-left font-normal">
        <span className="block font-medium" title={`Authorization ${grantNo} of this connection`}>
          {generation}
        </span>
        <Moment at={committedAt} clock={clock} className="block text-xs text-text-muted" />
      </th>
      <td className="py-2 pr-3">
        <p className="flex gap-1.5">
          <Icon name={ICONS[mark]} className={clsx('mt-0.5', TONE_TEXT[MARKS[mark].tone])} />
          <span>
            {label}
            {repairs > 0 && <span className="text-text-muted">, {repairsInWords(repairs)}</span>}
          </span>
        </p>
        <p className="text-xs text-text-muted">
          <ForeignText>{causeInWords(entry)}</ForeignText>
        </p>
      </td>
      <td className="py-2 pr-3 font-mono text-xs text-text-muted max-lg:hidden">
        <ForeignText>{entry.process}</ForeignText>
      </td>
      <td className="py-2 text-right">
        {timing ? (
          <>
            {formatDuration(timing.totalMs)}
            <p className="text-xs text-text-muted max-sm:hidden">{timingInWords(timing)}</p>
          </>
        ) : (
          <span className="text-text-muted">–</span>
        )}
      </td>
    </tr>
  )
}

function Column({ className, children }: { readonly className?: string; readonly children: ReactNode }) {
  return (
    <th scope="col" className={clsx('h-9 pr-3 text-left font-medium last:pr-0', className)}>
      {children}
    </th>
  )
}
