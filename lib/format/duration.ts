/** "380 ms", "1.3 s", "14 s", "2 min": a measured time, in the unit that reads best. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return 'under 1 ms'
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1_000
  if (seconds < 9.95) return `${seconds.toFixed(1).replace('.0', '')} s`
  if (seconds < 119.5) return `${Math.round(seconds)} s`
  return `${Math.round(seconds / 60)} min`
}
