type Props = {
  readonly from: Date
  readonly to: Date
  /** When it is renewed at the latest, if that is known. */
  readonly renewal: Date | null
  readonly now: Date
}

const WIDTH = 200
const HEIGHT = 10

/** The life of a refresh token as a line: what is over is solid, the tick is the next renewal. The words stand above. */
export function TokenLife({ from, to, renewal, now }: Props) {
  const length = to.getTime() - from.getTime()
  if (length <= 0) return null
  const place = (at: Date) => Math.min(1, Math.max(0, (at.getTime() - from.getTime()) / length)) * WIDTH
  return (
    <svg
      className="my-1.5 h-2.5 w-full max-w-50"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect y="3" width={WIDTH} height="4" rx="2" fill="var(--color-border)" />
      <rect y="3" width={Math.max(3, place(now))} height="4" rx="2" fill="var(--color-accent)" />
      {renewal && <rect x={place(renewal) - 0.75} width="1.5" height={HEIGHT} fill="var(--color-border-strong)" />}
    </svg>
  )
}
