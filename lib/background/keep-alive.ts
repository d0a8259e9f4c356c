import { log } from '@/lib/log'
import type { ConnectionKey } from '@/lib/rotation/row/row'
import type { DueForKeepAlive, RotationScans } from '@/lib/rotation/row/scans'
import type { Rotation } from '@/lib/rotation/run/driver'
import { rotation, rotationScans } from '@/lib/tokens/rotation'
import { createWorkSlots } from '@/lib/work-slots'

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
 * Rotates every connection whose refresh token has reached half of its life, whether or not anyone uses it, each at
 * most once a pass. They come due spread out: each rotation draws its next one from half of the life ± 10 %. Ends when
 * none is left or `signal` aborts, after finishing what runs. Any number of processes may do so at once.
 * @throws when the scan fails.
 */
export async function keepAlivePass(signal: AbortSignal, changes: Partial<KeepAliveDeps> = {}): Promise<KeepAlivePass> {
  const deps = { rotation: rotation(), scans: rotationScans(), batch: BATCH, ...changes }
  const slots = createWorkSlots(CONCURRENCY)
  const pass = { rotated: 0, left: 0 }

  const keepAlive = async (key: ConnectionKey) => {
    try {
      const result = await deps.rotation.keepAlive(key)
      if (result.kind === 'rotated') pass.rotated += 1
      if (result.kind === 'gave_up' && result.why !== 'nothing_to_do') pass.left += 1
    } catch (error) {
      pass.left += 1
      log.error('A keep-alive failed', { connectionId: key.connectionId, error })
    }
  }

  try {
    // What was rotated comes due again weeks later, and what is left stays behind the place that the pass has reached.
    let after: DueForKeepAlive | null = null
    while (!signal.aborted) {
      const due: DueForKeepAlive[] = await deps.scans.dueForKeepAlive({ after, limit: deps.batch })
      for (const key of due) {
        if (slots.free() === 0) await slots.oneEnded()
        if (signal.aborted) break
        slots.start(key.connectionId, () => keepAlive(key))
      }
      after = due.at(-1) ?? null
      if (due.length < deps.batch) break
    }
  } finally {
    await slots.allEnded()
  }
  return pass
}
