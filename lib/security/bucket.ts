/** A token bucket for one process: `take` is true at most `size` times at once and `perMinute` times in the long run. */
export function createBucket({ size, perMinute }: { size: number; perMinute: number }) {
  let level = size
  let at = 0
  return {
    take(nowMs: number): boolean {
      level = Math.min(size, level + (Math.max(0, nowMs - at) / 60_000) * perMinute)
      at = nowMs
      if (level < 1) return false
      level -= 1
      return true
    },
  }
}
