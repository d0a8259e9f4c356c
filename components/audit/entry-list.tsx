import Link from 'next/link'
import { ForeignText } from '@/components/ui/foreign-text'
import { Moment } from '@/components/ui/moment'
import type { AuditEntry } from '@/lib/audit/views'
import type { ViewerClock } from '@/lib/format/time-zone'
import { type SentencePart, sentenceParts } from './sentence'

type Props = { readonly entries: readonly AuditEntry[]; readonly clock: ViewerClock }

/** Who did what, when and from where: one entry a row, two lines on a narrow screen. */
export function EntryList({ entries, clock }: Props) {
  return (
    <ol aria-label="Entries, newest first" className="divide-y border-y">
      {entries.map((entry) => (
        <li
          key={entry.sequence}
          className="grid grid-cols-1 gap-x-6 gap-y-0.5 py-3 md:grid-cols-[minmax(0,1fr)_12rem_10.5rem] md:items-baseline"
        >
          <p className="min-w-0">
            {sentenceParts(entry).map((part, i) => (
              <Part key={i} part={part} />
            ))}
            {!entry.chained && (
              <span className="block text-sm text-text-muted">Recorded before the log was chained</span>
            )}
          </p>
          <p className="min-w-0 text-sm text-text-muted">{origin(entry)}</p>
          <p className="text-sm text-text-muted md:text-right">
            <Moment at={entry.at} clock={clock} as="moment" />
          </p>
        </li>
      ))}
    </ol>
  )
}

function Part({ part }: { readonly part: SentencePart }) {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'person':
      return <ForeignText className="font-medium">{part.text}</ForeignText>
    case 'connection':
      return (
        <Link href={`/connections/${part.id}`} prefetch={false} className="font-medium underline underline-offset-2">
          <ForeignText>{part.text}</ForeignText>
        </Link>
      )
  }
}

const origin = ({ originAddress, originDevice }: AuditEntry): string =>
  [originDevice, originAddress].filter(Boolean).join(', ')
