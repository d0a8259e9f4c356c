import { REASONS } from '@/components/connections/status-copy'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/section'
import type { Diagnosis, Evidence } from '@/lib/diagnosis/views'
import type { ViewerClock } from '@/lib/format/time-zone'
import { CERTAINTIES, evidenceInWords, NO_EVIDENCE } from './diagnosis-copy'

type Props = { readonly diagnosis: Diagnosis; readonly clock: ViewerClock }

/** Why the connection ended, and what says so. */
export function DiagnosisSection({ diagnosis, clock }: Props) {
  const { cause, certainty, evidence } = diagnosis
  const inOrder = evidence.toSorted((a, b) => a.at.getTime() - b.at.getTime())
  return (
    <Section id="diagnosis" title="Why it stopped">
      <p className="max-w-prose py-3">
        <span className="font-medium">
          {certainty === 'likely' ? `Most likely: ${lowered(cause)}` : REASONS[cause].why}
        </span>{' '}
        <span className="text-text-muted">{evidence.length > 0 ? CERTAINTIES[certainty] : NO_EVIDENCE}</span>
      </p>
      {inOrder.length > 0 && (
        <ol className="divide-y border-t">
          {inOrder.map((item) => (
            <EvidenceRow key={`${item.kind} ${item.at.toISOString()}`} item={item} clock={clock} />
          ))}
        </ol>
      )}
    </Section>
  )
}

const lowered = (cause: Diagnosis['cause']) => {
  const { why } = REASONS[cause]
  return why.startsWith('Airwallex') ? why : `${why.charAt(0).toLowerCase()}${why.slice(1)}`
}

function EvidenceRow({ item, clock }: { readonly item: Evidence; readonly clock: ViewerClock }) {
  const { what, note } = evidenceInWords(item)
  return (
    <li className="grid gap-x-4 py-2.5 sm:grid-cols-[11rem_1fr]">
      <Moment at={item.at} clock={clock} as="moment" className="text-sm/5.5 text-text-muted" />
      <div className="min-w-0">
        <p className="[overflow-wrap:anywhere]">{what}</p>
        {note && <p className="text-sm text-text-muted [overflow-wrap:anywhere]">{note}</p>}
        {item.kind === 'refresh_token_lapsed' && (
          <p className="text-sm text-text-muted">
            Last renewed <Moment at={item.lastRotatedAt} clock={clock} as="moment" />.
          </p>
        )}
      </div>
    </li>
  )
}
