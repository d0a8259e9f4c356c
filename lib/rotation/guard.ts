import type { Moment } from './commands'
import type { Figures } from './figures'

/**
 * Step 4. A frozen lambda or a paused machine must not send late: asked in the very turn of the write, with the
 * instant the mark was issued. Both clocks are asked, since either may have stood still; one that went back says that
 * it was set meanwhile, and nothing about how long.
 */
export function mayStillWrite(
  markIssued: Pick<Moment, 'monotonicMs' | 'wallMs'>,
  now: Pick<Moment, 'monotonicMs' | 'wallMs'>,
  f: Figures,
): boolean {
  const monotonic = now.monotonicMs - markIssued.monotonicMs
  const wall = now.wallMs - markIssued.wallMs
  return monotonic <= f.guardMs && wall >= 0 && wall <= f.guardMs
}
