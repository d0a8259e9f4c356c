import { expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import { type Cron, runCron } from './cron'
import { dialects } from './model-upstream'

const RUNS = 400
const arrangement = { scansMs: figures.cronScansMs, durationMs: 210_000, missing: 0 }

/** How many of `RUNS` idle connections are lost, each cut off once at a step of its refresh. */
async function lostOf(change: Partial<Cron> = {}): Promise<number> {
  let lost = 0
  for (let seed = 1; seed <= RUNS; seed++) {
    const dialect = dialects[seed % dialects.length] ?? 'tree'
    const run = await runCron({ ...arrangement, seed, dialect, ...change })
    expect(run.violations.filter(({ rule }) => rule !== 'lost')).toEqual([])
    if (run.lost) lost += 1
  }
  return lost
}

it('loses no idle connection to a cut-off, although each invocation begins anywhere in its minute', async () => {
  expect(await lostOf()).toBe(0)
})

it('loses next to none where one in ten invocations is missing', async () => {
  expect(await lostOf({ missing: 0.1 })).toBeLessThanOrEqual(RUNS / 400)
})

it('would lose idle connections with scans that end before the next invocation may begin', async () => {
  expect(await lostOf({ scansMs: 55_000, durationMs: 90_000 })).toBeGreaterThan(RUNS / 100)
  expect(await lostOf({ scansMs: 110_000, durationMs: 150_000, missing: 0.1 })).toBeGreaterThan(RUNS / 400)
})
