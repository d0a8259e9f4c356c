import clsx from 'clsx'
import { Icon } from '@/components/ui/icon'
import { Section } from '@/components/ui/section'
import { TONE_ICON, TONE_TEXT, type Tone } from '@/components/ui/tone'
import { endingOf, totalsOf } from '@/lib/reliability/integrity'
import type { Integrity, Window } from '@/lib/reliability/views'
import { NOTABLE, WINDOWS } from './reliability-copy'

type Props = { readonly windows: Readonly<Record<Window, Integrity>> }

type Row = {
  readonly outcome: string
  readonly label: string
  readonly note: string | null
  readonly tone: Tone
  readonly counts: Readonly<Record<Window, number>>
}

/** Everything that was not a plain renewal, by kind. */
export function OutcomesSection({ windows }: Props) {
  const rows = notableRows(windows)
  return (
    <Section id="outcomes" title="Failures and retries">
      {rows.length === 0 ? (
        <p className="py-3 text-text-muted">None in the last 28 days.</p>
      ) : (
        <table className="w-full">
          <caption className="sr-only">Renewals that did not succeed on the first try, by outcome</caption>
          <thead className="text-sm text-text-muted">
            <tr className="border-b">
              <th scope="col" className="h-9 text-left font-medium">
                Outcome
              </th>
              {(['day', 'month'] as const).map((window) => (
                <th key={window} scope="col" className="h-9 w-20 pl-3 text-right font-medium">
                  <span className="max-sm:sr-only">{WINDOWS[window].replace('Last ', '')}</span>
                  <span className="sm:hidden" aria-hidden="true">
                    {window === 'day' ? '24 h' : '28 d'}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y">
            {rows.map(({ outcome, label, note, tone, counts }) => (
              <tr key={outcome} className="align-top">
                <th scope="row" className="flex gap-2 py-2 text-left font-normal">
                  <Icon name={TONE_ICON[tone]} className={clsx('mt-[3px]', TONE_TEXT[tone])} />
                  <span className="min-w-0">
                    <span className="block font-medium [overflow-wrap:anywhere]">{label}</span>
                    {note && <span className="block text-sm text-text-muted">{note}</span>}
                  </span>
                </th>
                <td className="py-2 pl-3 text-right">{counts.day.toLocaleString('en-US')}</td>
                <td className="py-2 pl-3 text-right">{counts.month.toLocaleString('en-US')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

function notableRows(windows: Props['windows']): Row[] {
  const countOf = (window: Window, outcome: string) =>
    outcome === 'repaired'
      ? totalsOf(windows[window]).repaired
      : (windows[window].outcomes.find((row) => row.outcome === outcome)?.renewals ?? 0)
  const known = Object.entries(NOTABLE)
  // Of another release: shown as it is stored, and counted as bad.
  const foreign = windows.month.outcomes
    .map(({ outcome }) => outcome)
    .filter((outcome) => endingOf(outcome) === 'badly' && !Object.hasOwn(NOTABLE, outcome))
    .map((outcome) => [outcome, { label: outcome, note: null, tone: 'critical' }] as const)
  return [...known, ...foreign]
    .map(([outcome, copy]) => ({
      outcome,
      ...copy,
      counts: { day: countOf('day', outcome), month: countOf('month', outcome) },
    }))
    .filter(({ counts }) => counts.day > 0 || counts.month > 0)
}
