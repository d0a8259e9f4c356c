import type { Defer } from '@/lib/rotation/run/driver'

/** A `defer` whose work can be waited for: `settled` also waits for what that work defers. */
export function trackedDefer(): { defer: Defer; settled(): Promise<void> } {
  const running = new Set<Promise<void>>()
  return {
    defer(work) {
      const tracked = work.finally(() => running.delete(tracked))
      running.add(tracked)
    },
    async settled() {
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}
