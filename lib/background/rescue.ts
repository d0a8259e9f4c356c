import { log } from '@/lib/log'
import type { Figures } from '@/lib/rotation/figures'
import type { Clock } from '@/lib/rotation/ports'
import type { RotationScans } from '@/lib/rotation/row/scans'
import type { Rotation } from '@/lib/rotation/run/driver'
import { rotation, rotationDeps, rotationScans } from '@/lib/tokens/rotation'
import { createWorkSlots, type WorkSlots } from '@/lib/work-slots'

export type RescueDeps = {
  readonly rotation: Pick<Rotation, 'rescue' | 'canaryTick'>
  readonly scans: Pick<RotationScans, 'dueForRescue'>
  readonly figures: Pick<Figures, 'tickMs' | 'windowMs' | 'rescuePastWindowLimit' | 'cronScansMs'>
  readonly clock: Pick<Clock, 'sleep' | 'monotonicMs'>
}

/** More interrupted rotations than this wait for a slot; each holds a connection to Airwallex while it runs. */
const CONCURRENCY = 64

export function rescueDeps(): RescueDeps {
  const { clock, rules } = rotationDeps()
  return { rotation: rotation(), scans: rotationScans(), figures: rules.figures, clock }
}

/**
 * Step 9: scans for interrupted rotations every `tickMs` and pursues them, until `signal` aborts; then finishes what
 * runs. Any number of processes may do so at once: claims decide. Never rejects. `onTick` is called before each scan.
 */
export async function rescueLoop(
  signal: AbortSignal,
  onTick: () => void = () => undefined,
  deps: RescueDeps = rescueDeps(),
): Promise<{ rescued: number }> {
  const { clock, figures } = deps
  const slots = createWorkSlots(CONCURRENCY)
  const counts = { rescued: 0 }
  while (!signal.aborted) {
    const startedMs = clock.monotonicMs()
    onTick()
    slots.start('canary', () => quietly(deps.rotation.canaryTick()))
    await rescueDue(slots, signal, counts, deps)
    await clock.sleep(Math.max(0, startedMs + figures.tickMs - clock.monotonicMs()), signal)
  }
  await slots.allEnded()
  return counts
}

/** One cron invocation: several run at once, so that one that is late or missing leaves no gap. */
export function rescueForCron(onTick: () => void): Promise<{ rescued: number }> {
  const deps = rescueDeps()
  return rescueLoop(AbortSignal.timeout(deps.figures.cronScansMs), onTick, deps)
}

/**
 * One tick. A scan that filled every slot is followed by the next one as soon as a slot is free, so that an outage's
 * many interrupted rotations are drained at the pace of their answers and not of the ticks; those past their window
 * stay a few a tick.
 */
async function rescueDue(
  slots: WorkSlots,
  signal: AbortSignal,
  counts: { rescued: number },
  { rotation, scans, figures, clock }: RescueDeps,
): Promise<void> {
  const { tickMs, windowMs } = figures
  const endsMs = clock.monotonicMs() + tickMs
  let pastWindowLimit = figures.rescuePastWindowLimit
  try {
    while (!signal.aborted && clock.monotonicMs() < endsMs) {
      const limit = slots.free()
      const keys = await scans.dueForRescue({ windowMs, limit, pastWindowLimit: Math.min(limit, pastWindowLimit) })
      pastWindowLimit = 0
      let started = 0
      for (const key of keys) {
        const pursue = async () => {
          const result = await rotation.rescue(key)
          if (result.kind === 'rotated') counts.rescued += 1
        }
        if (slots.start(key.connectionId, () => quietly(pursue()))) started += 1
      }
      if (keys.length < limit || started === 0) return
      await Promise.race([slots.oneEnded(), clock.sleep(Math.max(0, endsMs - clock.monotonicMs()), signal)])
    }
  } catch (error) {
    log.error('The scan for interrupted rotations failed', { error })
  }
}

async function quietly(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    log.error('A rescue failed', { error })
  }
}
