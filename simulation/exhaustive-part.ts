import { DIALECTS } from '@/sandbox/state/grants'
import { searchAll } from './exhaustive'
import { GENERATIONS, STEP_MS } from './exhaustive-world'
import type { Part } from './single-faults'
import { newTally, note, type Tally } from './tally'

const BOUNDS = `bounds: 2 processes, ${GENERATIONS} generations, 1 crash, 1 freeze of any length, 1 lost answer, steps of ${STEP_MS / 1_000} s`

/** The exhaustive search of this part's dialects. */
export async function runExhaustive({ shard, shards }: Part): Promise<Tally> {
  const tally = newTally()
  if (shard === 0) tally.lines.push(BOUNDS)
  for (const dialect of DIALECTS.filter((_, index) => index % shards === shard)) {
    const { states, steps, goals, lostAfter, broken } = searchAll(dialect)
    const [none, one, two, three] = lostAfter
    tally.lines.push(
      `${dialect}: ${states} states, ${steps} steps, ${goals} ends; lost after 0, 1, 2, 3 faults: ${none}, ${one}, ${two}, ${three}` +
        (broken.length > 0 ? `; BROKEN: ${broken.join('; ')}` : '; every invariant holds'),
    )
    note(tally, 'states', states)
    if (broken.length === 0 && goals > 0) tally.passed += 1
    else tally.failed += 1
  }
  return tally
}
