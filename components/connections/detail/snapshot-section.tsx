import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Icon } from '@/components/ui/icon'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/section'
import { TONE_ICON, TONE_TEXT } from '@/components/ui/tone'
import type { ViewerClock } from '@/lib/format/time-zone'
import type { Snapshot, SnapshotKind } from '@/lib/snapshots/kinds'
import { SNAPSHOT_FAILURES, SNAPSHOT_SCOPES, SNAPSHOT_TITLES } from './snapshot-copy'

type Props = {
  readonly kind: SnapshotKind
  readonly snapshot: Snapshot | null
  readonly clock: ViewerClock
  /** Fresh data is on its way. */
  readonly isReading: boolean
  /** Reads this section again; null for someone, or a connection, that cannot. */
  readonly retry: ReactNode
  readonly children: ReactNode
}

/** Data of Airwallex as it was stored: when, whether newer is on its way, and why newer could not be had. */
export function SnapshotSection({ kind, snapshot, clock, isReading, retry, children }: Props) {
  const failure = isReading ? null : (snapshot?.failure ?? null)
  const copy = failure && (SNAPSHOT_FAILURES[failure] ?? SNAPSHOT_FAILURES.unavailable)
  return (
    <Section
      id={kind}
      title={SNAPSHOT_TITLES[kind]}
      aside={
        <>
          {isReading && <span>Reading…</span>}
          {snapshot?.fetchedAt && (
            <span>
              As of <Moment at={snapshot.fetchedAt} clock={clock} as="moment" />
            </span>
          )}
          {!isReading && retry}
        </>
      }
    >
      {copy && (
        <div className="flex gap-2 border-b py-2.5 text-sm">
          <Icon name={TONE_ICON[copy.tone]} className={clsx('mt-0.5', TONE_TEXT[copy.tone])} />
          <p className="text-text-muted">
            <span className="font-medium text-text">{copy.title}.</span> {copy.body}
            {failure === 'missing_permission' && (
              <code className="ml-1 font-mono text-xs">{SNAPSHOT_SCOPES[kind]}</code>
            )}
          </p>
        </div>
      )}
      {children}
    </Section>
  )
}
