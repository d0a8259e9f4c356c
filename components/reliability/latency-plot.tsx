import { scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'
import { formatDuration } from '@/lib/format/duration'
import type { HourOfLatency, Percentiles } from '@/lib/reliability/views'

type Props = {
  /** The oldest first. */
  readonly hours: readonly HourOfLatency[]
  readonly now: Date
}

const HOUR_MS = 3_600_000
const SHOWN_HOURS = 24
const SIDE = 100

/** Strokes and labels distinguish them, not colors. */
const SERIES: readonly { readonly key: keyof Percentiles; readonly label: string; readonly stroke: object }[] = [
  { key: 'p99', label: 'p99', stroke: { strokeDasharray: '1 4', strokeWidth: 1.5 } },
  { key: 'p95', label: 'p95', stroke: { strokeDasharray: '5 4', strokeWidth: 1.5 } },
  { key: 'p50', label: 'p50', stroke: { strokeWidth: 2 } },
]

/** Percentiles of each hour until the new tokens were stored. The plot stretches; the labels next to it do not. */
export function LatencyPlot({ hours, now }: Props) {
  const last = hours.at(-1)
  if (!last) return null
  const begin = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS - (SHOWN_HOURS - 1) * HOUR_MS
  const x = scaleLinear([begin, begin + (SHOWN_HOURS - 1) * HOUR_MS], [0, SIDE])
  const all = hours.flatMap(({ stored }) => [stored.p50, stored.p99])
  const y = scaleLog([ten(Math.min(...all), Math.floor), ten(Math.max(...all), Math.ceil)], [SIDE, 0]).clamp(true)
  const [low = 1, high = 10] = y.domain()
  const ticks = powers(low, high)
  const slots = Array.from({ length: SHOWN_HOURS }, (_, index) => begin + index * HOUR_MS)
  const byHour = new Map(hours.map((hour) => [hour.hour.getTime(), hour]))
  return (
    <div aria-hidden="true" className="grid grid-cols-[auto_1fr_2.5rem] gap-x-2 pt-4 text-xs text-text-muted">
      <div className="relative h-40 w-12">
        {ticks.map((tick) => (
          <span key={tick} className="absolute right-0 -translate-y-1/2" style={{ top: `${y(tick)}%` }}>
            {formatDuration(tick)}
          </span>
        ))}
      </div>
      <svg
        aria-hidden="true"
        className="h-40 w-full overflow-visible"
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        preserveAspectRatio="none"
      >
        <g className="stroke-border" vectorEffect="non-scaling-stroke">
          {ticks.map((tick) => (
            <path key={tick} d={`M0 ${y(tick)}H${SIDE}`} vectorEffect="non-scaling-stroke" />
          ))}
        </g>
        <g className="stroke-accent" fill="none" strokeLinecap="round" strokeLinejoin="round">
          {SERIES.map(({ key, stroke }) => (
            <g key={key}>
              <path d={lineOf(key) ?? ''} vectorEffect="non-scaling-stroke" {...stroke} />
              {/* An hour between two empty ones has no line. */}
              <path d={dotsOf(key)} vectorEffect="non-scaling-stroke" strokeWidth={3.5} />
            </g>
          ))}
        </g>
      </svg>
      <div className="relative h-40">
        {separateLabels(
          SERIES.toReversed().map(({ key, label }) => ({ label, top: y(Math.max(low, last.stored[key])) })),
        ).map(({ label, top }) => (
          <span
            key={label}
            className="absolute left-0 -translate-y-1/2 font-medium text-text"
            style={{ top: `${top}%` }}
          >
            {label}
          </span>
        ))}
      </div>
      <p className="col-start-2 flex justify-between pt-1.5">
        <span>24 hours ago</span>
        <span>this hour</span>
      </p>
    </div>
  )

  function lineOf(key: keyof Percentiles) {
    return line<number>()
      .defined((slot) => byHour.has(slot))
      .x(x)
      .y((slot) => y(Math.max(low, byHour.get(slot)?.stored[key] ?? low)))(slots)
  }

  function dotsOf(key: keyof Percentiles) {
    return hours
      .filter(({ hour }) => [-1, 1].every((side) => !byHour.has(hour.getTime() + side * HOUR_MS)))
      .map(({ hour, stored }) => `M${x(hour.getTime())} ${y(Math.max(low, stored[key]))}h0`)
      .join('')
  }
}

/** The power of ten below or above; at least 1 ms. */
const ten = (value: number, round: (exponent: number) => number) =>
  10 ** Math.max(0, round(Math.log10(Math.max(1, value))))

function powers(low: number, high: number): number[] {
  const all: number[] = []
  for (let power = low; power <= high; power *= 10) all.push(power)
  return all
}

const LABEL_HEIGHT = 10

/** Labels from top to bottom, moved apart where they would lie on each other; in hundredths of the height. */
export function separateLabels<Label extends { readonly top: number }>(labels: readonly Label[]): Label[] {
  const placed: Label[] = []
  for (const label of labels.toSorted((a, b) => b.top - a.top)) {
    const below = placed.at(-1)
    placed.push(below ? { ...label, top: Math.min(label.top, below.top - LABEL_HEIGHT) } : label)
  }
  return placed
}
