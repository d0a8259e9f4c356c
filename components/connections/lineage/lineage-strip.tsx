import clsx from 'clsx'
import { scaleLog } from 'd3-scale'
import { Moment } from '@/components/ui/moment'
import type { LineageEntry } from '@/lib/connections/lineage-views'
import { formatDuration } from '@/lib/format/duration'
import { formatExact } from '@/lib/format/instants'
import type { ViewerClock } from '@/lib/format/time-zone'
import { lineageOutcome, MARKS, type MarkKind, timingOf } from './lineage-copy'
import { LineageMark, MARK_TEXT } from './lineage-marks'

type Props = {
  /** The newest first. */
  readonly entries: readonly LineageEntry[]
  readonly clock: ViewerClock
}

/** From so many on, the bars take the width of a page: then the two ends are named under them. */
const FILLING = 30
const FASTEST_MS = 30
const SLOWEST_MS = 30_000
const height = scaleLog([FASTEST_MS, SLOWEST_MS], [14, 100]).clamp(true)

/** Generations from left to right, a bar each: as high as it took long, with a shape on all that was not routine. */
export function LineageStrip({ entries, clock }: Props) {
  const drawn = entries.toReversed()
  const [oldest, newest] = [drawn[0], drawn.at(-1)]
  if (!oldest || !newest) return null
  return (
    <div aria-hidden="true">
      <ol className="lineage-strip">
        {drawn.map((entry) => (
          <Generation key={entry.id} entry={entry} clock={clock} />
        ))}
      </ol>
      <p className={clsx('mt-1.5 flex gap-1 text-xs text-text-muted', drawn.length >= FILLING && 'justify-between')}>
        {drawn.length > 1 && (
          <span>
            Generation {oldest.generation}, <Moment at={oldest.committedAt} clock={clock} />
            {drawn.length < FILLING && ', to'}
          </span>
        )}
        <span>
          {drawn.length > 1 && drawn.length < FILLING ? 'generation' : 'Generation'} {newest.generation},{' '}
          <Moment at={newest.committedAt} clock={clock} />
        </span>
      </p>
      <Legend entries={entries} />
    </div>
  )
}

function Generation({ entry, clock }: { readonly entry: LineageEntry; readonly clock: ViewerClock }) {
  const { label, mark } = lineageOutcome(entry)
  const timing = timingOf(entry)
  const facts = [
    `Generation ${entry.generation}: ${label.toLowerCase()}`,
    timing && formatDuration(timing.totalMs),
    formatExact(entry.committedAt, clock),
  ]
  return (
    <li title={facts.filter(Boolean).join(', ')}>
      <LineageMark kind={mark} />
      <span
        className={clsx('lineage-bar', MARK_TEXT[mark])}
        style={{ height: `${timing ? Math.round(height(Math.max(1, timing.totalMs))) : 100}%` }}
      />
    </li>
  )
}

/** Names only what is drawn. */
function Legend({ entries }: { readonly entries: readonly LineageEntry[] }) {
  const drawn = new Map<MarkKind, number>()
  for (const entry of entries) {
    const { mark } = lineageOutcome(entry)
    drawn.set(mark, (drawn.get(mark) ?? 0) + 1)
  }
  const kinds = (Object.keys(MARKS) as MarkKind[]).filter((kind) => drawn.has(kind))
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-text-muted">
      {kinds.map((kind) => (
        <span key={kind} className="flex items-center gap-1.5">
          {kind === 'renewed' || kind === 'unknown' ? (
            <span className={clsx('lineage-bar h-2.5 w-1.5', MARK_TEXT[kind])} />
          ) : (
            <LineageMark kind={kind} />
          )}
          {MARKS[kind].label} {drawn.get(kind)}
        </span>
      ))}
      <span className="sm:ml-auto">Taller bars took longer (30 ms to 30 s)</span>
    </div>
  )
}
