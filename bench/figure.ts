/** One answer of a bench: a number, what it is measured against, and what it is to be. */
export type Figure = {
  readonly question: string
  readonly measured: string
  readonly target: string
  readonly isMet: boolean
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const median = (values: readonly number[]) => percentile(values, 0.5)

export const ratio = (value: number) => `${value.toFixed(2)} ×`
