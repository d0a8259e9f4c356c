import { type Fault, faultShapes } from './faults'
import { dialects } from './model-upstream'
import { type Partial, partials, runPartial } from './partial'
import { seeded } from './seeded'
import type { Part } from './single-faults'
import { countRun, newTally, note, type Tally } from './tally'

/** Whose grant a person ends has nothing to be renewed for. */
const shapes = faultShapes.filter(({ kind }) => kind !== 'disconnect' && kind !== 'owner_disconnects')

const FAULTED_MS = 100_000
const MOMENTS_EACH = 3

/**
 * Partial outages, and every fault at a few moments of a run with several connections, where the breaker and the others
 * stand beside the connection that it strikes.
 */
export async function runPartials({ seed, schedules, shard, shards }: Part): Promise<Tally> {
  const tally = newTally()
  const all = [...partials(seed), ...(await oneFaultAmongSeveral(seed))].slice(0, schedules)
  for (let index = shard; index < all.length; index += shards) {
    const partial = all[index]
    if (!partial) break
    const { violations, sends } = await runPartial(partial)
    countRun(tally, partial, violations)
    note(tally, partial.fault ? 'faults among several connections' : 'partial outages')
    if (!partial.fault) note(tally, 'sends of the refused connections in their first hours', sends)
  }
  return tally
}

async function oneFaultAmongSeveral(seed: number): Promise<Partial[]> {
  const random = seeded(seed)
  const quiet: Partial = { partialMs: FAULTED_MS, how: null, fault: null, dialect: 'tree', seed }
  const { moments } = await runPartial(quiet)
  return shapes.flatMap((shape, n) =>
    Array.from({ length: MOMENTS_EACH }, (_, m): Partial => {
      const fault = { ...shape, at: Math.floor(random() * moments) } as Fault
      return { ...quiet, fault, dialect: dialects[(n + m) % dialects.length] ?? 'tree' }
    }),
  )
}
