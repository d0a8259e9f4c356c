import type { VirtualTime } from './virtual-clock'

/**
 * What may befall one statement. `down`: it never ran. `hangs`: nor did this one, and the client waits its 2 s.
 * `ack_lost`: it ran, and no one hears of it. A late one waits for a lock first; beyond the client's 2 s it runs all
 * the same.
 */
export type StatementFate = 'ok' | 'down' | 'hangs' | 'ack_lost' | { readonly lateMs: number }

export const unknownOutcome = { kind: 'unknown', cause: 'modelled' } as const

/** Runs one statement in simulated time. Settles within `limitMs`, as the product's store does. */
export async function inStatement<Result>(
  time: VirtualTime,
  { latencyMs, limitMs }: { latencyMs: number; limitMs: number },
  fate: StatementFate,
  run: () => Result,
): Promise<Result | typeof unknownOutcome> {
  if (fate === 'hangs') {
    await time.sleep(limitMs)
    return unknownOutcome
  }
  const waitsMs = latencyMs / 2 + (typeof fate === 'object' ? fate.lateMs : 0)
  if (waitsMs >= limitMs) {
    void time.sleep(waitsMs).then(run)
    await time.sleep(limitMs)
    return unknownOutcome
  }
  await time.sleep(waitsMs)
  if (fate === 'down') return unknownOutcome
  const result = run()
  await time.sleep(latencyMs / 2)
  return fate === 'ack_lost' ? unknownOutcome : result
}
