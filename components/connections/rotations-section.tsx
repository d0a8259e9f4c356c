import clsx from 'clsx'
import { Icon, type IconName } from '@/components/ui/icon'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/section'
import { TONE_TEXT, type Tone } from '@/components/ui/tone'
import type { RotationView } from '@/lib/connections/views'
import type { ViewerClock } from '@/lib/format/time-zone'
import { causeInWords, rotationOutcome } from './rotation-copy'

type Props = { readonly rotations: readonly RotationView[]; readonly clock: ViewerClock }

/** The newest generations of the lineage. */
export function RotationsSection({ rotations, clock }: Props) {
  return (
    <Section id="renewals" title="Recent renewals">
      {rotations.length === 0 ? (
        <p className="py-3 text-text-muted">None yet.</p>
      ) : (
        <ol className="divide-y">
          {rotations.map((rotation) => (
            <RotationRow key={rotation.id} rotation={rotation} clock={clock} />
          ))}
        </ol>
      )}
    </Section>
  )
}

const ICONS: Readonly<Record<Tone, IconName>> = {
  neutral: 'minus',
  positive: 'check',
  caution: 'alert',
  critical: 'cross',
  info: 'info',
}

function RotationRow({ rotation, clock }: { readonly rotation: RotationView; readonly clock: ViewerClock }) {
  const { label, tone } = rotationOutcome(rotation)
  const { generation, repairs, sentAt, committedAt } = rotation
  const took = sentAt && committedAt >= sentAt ? `${committedAt.getTime() - sentAt.getTime()} ms` : null
  return (
    <li className="flex gap-2 py-2">
      <Icon name={ICONS[tone]} className={clsx('mt-[3px]', TONE_TEXT[tone])} />
      <div className="min-w-0 flex-1">
        <p className="flex justify-between gap-3">
          <span>{label}</span>
          <Moment at={committedAt} clock={clock} className="shrink-0 text-text-muted" />
        </p>
        <p className="text-xs text-text-muted">
          {[
            `Generation ${generation}`,
            causeInWords(rotation.cause),
            took,
            repairs > 0 && `${repairs} ${repairs === 1 ? 'repeat' : 'repeats'}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
    </li>
  )
}
