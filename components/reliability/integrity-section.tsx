import clsx from 'clsx'
import { Icon } from '@/components/ui/icon'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/section'
import { TONE_TEXT } from '@/components/ui/tone'
import type { ViewerClock } from '@/lib/format/time-zone'
import { judge, shareInWords, totalsOf } from '@/lib/reliability/integrity'
import type { Integrity, Window } from '@/lib/reliability/views'
import { JUDGEMENTS, totalsInWords, WINDOWS } from './reliability-copy'

type Props = { readonly windows: Readonly<Record<Window, Integrity>>; readonly clock: ViewerClock }

/** Which share of renewals ended well. */
export function IntegritySection({ windows, clock }: Props) {
  return (
    <Section id="integrity" title="Successful renewals" aside="Target 99.99%">
      <div className="grid sm:grid-cols-2 sm:divide-x max-sm:divide-y">
        {(['day', 'month'] as const).map((window) => (
          <Figure key={window} window={window} integrity={windows[window]} clock={clock} />
        ))}
      </div>
    </Section>
  )
}

type FigureProps = { readonly window: Window; readonly integrity: Integrity; readonly clock: ViewerClock }

function Figure({ window, integrity, clock }: FigureProps) {
  const totals = totalsOf(integrity)
  const judgement = judge(totals)
  const { label, tone, icon } = JUDGEMENTS[judgement]
  return (
    <div className="py-4 sm:px-6 sm:first:pl-0">
      <h3 className="text-sm text-text-muted">{WINDOWS[window]}</h3>
      <p className="mt-1 flex flex-wrap items-baseline gap-x-3">
        <span className="text-2xl font-semibold tracking-[-0.02em] tabular-nums">
          {judgement === 'none' ? '–' : shareInWords(totals)}
        </span>
        <span className={clsx('flex items-center gap-1.5 self-center text-sm font-medium', TONE_TEXT[tone])}>
          <Icon name={icon} className="size-3.5" />
          {label}
        </span>
      </p>
      <p className="mt-1 max-w-prose text-text-muted">
        {totalsInWords(totals, judgement)}
        {integrity.countedSince && (
          <>
            {' '}
            Counted are the latest, since <Moment at={integrity.countedSince} clock={clock} as="moment" />.
          </>
        )}
      </p>
    </div>
  )
}
