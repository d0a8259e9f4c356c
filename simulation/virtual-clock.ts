import type { Clock } from '@/lib/rotation/ports'

type Timer = { readonly at: number; readonly order: number; readonly wake: () => void }

/** Simulated time: it moves only when nothing else can run, and then to the next timer. */
export type VirtualTime = {
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** A process's clocks; its wall clock may be wrong by `skewMs`. */
  clock(skewMs?: number): Clock
  /** Runs the world until the work is done; throws where it can never be. */
  until<Result>(work: Promise<Result>): Promise<Result>
}

export function virtualTime(startMs = 1_000_000): VirtualTime {
  let now = startMs
  let order = 0
  const timers = new Set<Timer>()

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        timers.delete(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer: Timer = { at: now + Math.max(0, ms), order: order++, wake }
      timers.add(timer)
      signal?.addEventListener('abort', wake)
    })
  }

  function wakeNext(): boolean {
    let next: Timer | null = null
    for (const timer of timers) {
      if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer
    }
    if (!next) return false
    now = Math.max(now, next.at)
    next.wake()
    return true
  }

  async function until<Result>(work: Promise<Result>): Promise<Result> {
    let settled = false
    const settle = () => {
      settled = true
    }
    work.then(settle, settle)
    await allMicrotasks()
    while (!settled) {
      if (!wakeNext()) throw new Error('The simulated world stands still and its work is not done')
      await allMicrotasks()
    }
    return work
  }

  return {
    now: () => now,
    sleep,
    clock: (skewMs = 0) => ({ monotonicMs: () => now - startMs, wallMs: () => now + skewMs, sleep }),
    until,
  }
}

/** A macrotask begins only when the microtask queue is empty. */
function allMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
