import type { CurrencyBalance } from '@/lib/airwallex/balances-api'
import { shareOf } from '@/lib/format/money'

type Part = 'available' | 'pending' | 'reserved'

// The fill distinguishes them, not only the color: solid, hatched, outlined.
const FILLS: Readonly<Record<Part, { readonly fill: string; readonly stroke?: string }>> = {
  available: { fill: 'var(--color-accent)' },
  pending: { fill: 'url(#split-pending)' },
  reserved: { fill: 'none', stroke: 'var(--color-border-strong)' },
}

const WIDTH = 96
const HEIGHT = 8
const GAP = 1

/** Defined once on a page that draws splits. */
export function SplitPatterns() {
  return (
    <svg className="absolute size-0" aria-hidden="true">
      <pattern id="split-pending" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="1.5" height="3" fill="var(--color-accent)" />
      </pattern>
    </svg>
  )
}

/** The swatch next to the heading of the column with the same figures. */
export function SplitKey({ part }: { readonly part: Part }) {
  return (
    <svg className="mr-1.5 inline-block size-2.5 max-lg:hidden" viewBox="0 0 10 10" aria-hidden="true">
      <rect x="0.5" y="0.5" width="9" height="9" rx="1.5" {...FILLS[part]} />
    </svg>
  )
}

type Props = Pick<CurrencyBalance, Part | 'total'>

/** How one currency's total is split. Nothing is drawn where the shares mean nothing, such as a negative balance. */
export function BalanceSplit({ total, ...amounts }: Props) {
  const parts = (['available', 'pending', 'reserved'] as const).map((part) => ({
    part,
    share: shareOf(amounts[part], total) ?? 0,
  }))
  const sum = parts.reduce((whole, { share }) => whole + share, 0)
  if (sum === 0 || sum > 1.001) return null
  let x = 0
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {parts
        .filter(({ share }) => share > 0)
        .map(({ part, share }) => {
          const width = Math.max(2, share * WIDTH - GAP)
          const bar = (
            <rect key={part} x={x + 0.5} y={0.5} width={width - 1} height={HEIGHT - 1} rx={1.5} {...FILLS[part]} />
          )
          x += share * WIDTH
          return bar
        })}
    </svg>
  )
}
