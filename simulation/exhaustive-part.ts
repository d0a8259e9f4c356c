import { DIALECTS } from '@/sandbox/grants'
import { searchAll } from './exhaustive'
import type { Part } from './single-faults'
import { newTally, note, type Tally } from './tally'

/** The exhaustive search of this part's dialects. */
export async function runExhaustive({ shard, shards }: Part): Promise<Tally> {
  const tally = newTally()
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
