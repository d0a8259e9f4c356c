import type { Defer } from '@/lib/rotation/driver'

/** A `defer` for processes that are told to end: `settled` waits for what was deferred, also by what was. */
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
