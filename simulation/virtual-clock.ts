import type { Clock } from '@/lib/rotation/ports'

type Timer = {
  readonly at: number
  readonly order: number
  readonly wake: () => void
  readonly signal: AbortSignal | undefined
}

/** Simulated time: it moves only when nothing else can run, and then to the next timer. */
export type VirtualTime = {
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** A process's clocks; its wall clock may be wrong by `skewMs`. */
  clock(skewMs?: number): Pick<Clock, 'monotonicMs' | 'wallMs'>
  /** Runs the world until the work is done; throws where it can never be. */
  until<Result>(work: Promise<Result>): Promise<Result>
}

export function virtualTime(startMs = 1_000_000): VirtualTime {
  let now = startMs
  let order = 0
  const timers: Timer[] = []

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      push(timers, { at: now + Math.max(0, ms), order: order++, wake: resolve, signal })
    })
  }

  function wakeNext(): boolean {
    for (let timer = pop(timers); timer; timer = pop(timers)) {
      // No one waits for an aborted timer anymore: it takes no time, and costs no listener.
      if (timer.signal?.aborted) {
        timer.wake()
        continue
      }
      now = Math.max(now, timer.at)
      timer.wake()
      return true
    }
    return false
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
    clock: (skewMs = 0) => ({ monotonicMs: () => now - startMs, wallMs: () => now + skewMs }),
    until,
  }
}

/** Node runs what stands in its next-tick queue only when the microtask queue is empty, and turns no event loop for it. */
function allMicrotasks(): Promise<void> {
  return new Promise(process.nextTick)
}

/** A binary heap, the earliest timer first; of two at one instant the one that was set first. */
function push(heap: Timer[], timer: Timer): void {
  let index = heap.length
  heap.push(timer)
  while (index > 0) {
    const parent = (index - 1) >> 1
    if (!isEarlier(timer, heap[parent] as Timer)) break
    heap[index] = heap[parent] as Timer
    index = parent
  }
  heap[index] = timer
}

function pop(heap: Timer[]): Timer | undefined {
  const first = heap[0]
  const last = heap.pop()
  if (heap.length === 0 || !last) return first
  let index = 0
  for (;;) {
    const left = 2 * index + 1
    const right = left + 1
    let child = left
    if (right < heap.length && isEarlier(heap[right] as Timer, heap[left] as Timer)) child = right
    if (child >= heap.length || !isEarlier(heap[child] as Timer, last)) break
    heap[index] = heap[child] as Timer
    index = child
  }
  heap[index] = last
  return first
}

function isEarlier(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
