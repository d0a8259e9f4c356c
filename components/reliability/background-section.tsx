import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Definition, DefinitionList } from '@/components/ui/definition-list'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon, type IconName } from '@/components/ui/icon'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/section'
import { TONE_TEXT, type Tone } from '@/components/ui/tone'
import type { BreakerView, WorkerView } from '@/lib/background/views'
import { formatMoment } from '@/lib/format/instants'
import type { ViewerClock } from '@/lib/format/time-zone'
import { BREAKER_STATES, breakerInWords, WORKER_STATES } from './reliability-copy'

/** Whether anything holds renewals back, and why. */
export function BreakerSection({ breaker, clock }: { readonly breaker: BreakerView; readonly clock: ViewerClock }) {
  const { since, canaryAt } = breaker
  const sentences = breakerInWords(breaker, {
    since: since && formatMoment(since, clock),
    canary: canaryAt && canaryAt > clock.now ? formatMoment(canaryAt, clock) : null,
  })
  return (
    <Section id="breaker" title="Airwallex token service" aside="All workspaces">
      <div className="grid gap-1 py-3">
        <State {...BREAKER_STATES[breaker.state]} />
        {sentences.map((sentence) => (
          <p key={sentence} className="text-text-muted">
            {sentence}
          </p>
        ))}
      </div>
    </Section>
  )
}

/** The processes that rescue, keep alive and reconcile. */
export function WorkersSection({
  workers,
  clock,
}: {
  readonly workers: readonly WorkerView[]
  readonly clock: ViewerClock
}) {
  return (
    <Section id="workers" title="Background work" aside="All workspaces">
      {workers.length === 0 ? (
        <p className="py-3 text-text-muted">No worker has run in the last day.</p>
      ) : (
        <DefinitionList>
          {workers.map(({ id, process, version, startedAt, lastSeenAt, state }) => (
            <Definition
              key={id}
              term={<State {...WORKER_STATES[state]} />}
              note={
                <>
                  Version {version}, started <Moment at={startedAt} clock={clock} />
                </>
              }
            >
              <p className="flex flex-wrap justify-between gap-x-4">
                <ForeignText className="font-mono text-xs/5.5">{process}</ForeignText>
                <span className="text-sm text-text-muted">
                  Seen <Moment at={lastSeenAt} clock={clock} />
                </span>
              </p>
            </Definition>
          ))}
        </DefinitionList>
      )}
    </Section>
  )
}

type StateProps = { readonly label: ReactNode; readonly tone: Tone; readonly icon: IconName }

function State({ label, tone, icon }: StateProps) {
  return (
    <span className={clsx('flex items-center gap-1.5 text-base font-medium', TONE_TEXT[tone])}>
      <Icon name={icon} className="size-3.5" />
      {label}
    </span>
  )
}
