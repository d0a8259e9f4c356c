import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '@/lib/tokens/rotation'

describe('the clock of a process', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('wakes when the time is over, and not before', async () => {
    const woken = vi.fn()
    void systemClock.sleep(1_000).then(woken)
    await vi.advanceTimersByTimeAsync(999)
    expect(woken).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(woken).toHaveBeenCalledOnce()
  })

  it('wakes when it is told to, also beforehand, and leaves nothing behind', async () => {
    const stop = new AbortController()
    const first = systemClock.sleep(1_000, stop.signal)
    await vi.advanceTimersByTimeAsync(1_000)
    await first
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
    const second = systemClock.sleep(1_000, stop.signal)
    stop.abort()
    await second
    await systemClock.sleep(1_000, stop.signal)
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })

  it('rings a timer when its time is over, unless it is cancelled, and then leaves nothing behind', async () => {
    const rung = vi.fn()
    void systemClock.timer(1_000).over.then(rung)
    const cancelled = systemClock.timer(1_000)
    void cancelled.over.then(() => rung('cancelled'))
    cancelled.cancel()
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(999)
    expect(rung).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(rung.mock.calls).toEqual([[undefined]])
  })
})
