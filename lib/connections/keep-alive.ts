import { log } from '@/lib/log'
import type { Rotation } from '@/lib/rotation/driver'
import type { ConnectionKey } from '@/lib/rotation/row'
import type { RotationScans } from '@/lib/rotation/scans'
import { rotation, rotationScans } from './rotation'
import { createWorkSlots } from './work-slots'

export type KeepAliveDeps = {
  readonly rotation: Pick<Rotation, 'keepAlive'>
  readonly scans: Pick<RotationScans, 'dueForKeepAlive'>
  /** How many a scan brings. */
  readonly batch: number
}

export type KeepAlivePass = {
  readonly rotated: number
  /** Tried, and still due: the breaker is open, or the connection's next attempt comes later. */
  readonly left: number
}

const CONCURRENCY = 32
const BATCH = 200

/**
 * Rotates every connection whose refresh token has reached half of its life, whether or not anybody uses it, each at
 * most once a pass. They come due spread out: each rotation draws its next one from half of the life ± 10 %. Ends when
 * none is left or `signal` aborts, after finishing what runs. Any number of processes may do so at once.
 * @throws when the scan fails.
 */
export async function keepAlivePass(signal: AbortSignal, changes: Partial<KeepAliveDeps> = {}): Promise<KeepAlivePass> {
  const deps = { rotation: rotation(), scans: rotationScans(), batch: BATCH, ...changes }
  const slots = createWorkSlots(CONCURRENCY)
  const tried = new Set<string>()
  const left = new Set<string>()
  let rotated = 0

  const keepAlive = async (key: ConnectionKey) => {
    try {
      const result = await deps.rotation.keepAlive(key)
      if (result.kind === 'rotated') rotated += 1
      if (result.kind === 'gave_up' && result.why !== 'nothing_to_do') left.add(key.connectionId)
    } catch (error) {
      left.add(key.connectionId)
      log.error('A keep-alive failed', { connectionId: key.connectionId, error })
    }
  }

  try {
    while (!signal.aborted) {
      // Those that were tried and are still due stand first in every scan: without room for them the rest starves.
      const due = await deps.scans.dueForKeepAlive({ limit: deps.batch + tried.size })
      const fresh = due.filter(({ connectionId }) => !tried.has(connectionId))
      if (fresh.length === 0) break
      for (const key of fresh) {
        if (slots.free() === 0) await slots.oneEnded()
        if (signal.aborted) break
        tried.add(key.connectionId)
        slots.start(key.connectionId, () => keepAlive(key).finally(() => forgetDone(key)))
      }
    }
  } finally {
    await slots.allEnded()
  }
  return { rotated, left: left.size }

  /** What was rotated is no longer due, so that a long pass remembers only what is left. */
  function forgetDone({ connectionId }: ConnectionKey) {
    if (!left.has(connectionId)) tried.delete(connectionId)
  }
}
