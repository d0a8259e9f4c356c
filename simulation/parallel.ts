import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { addTallies, type Tally } from './tally'

/** Runs this mode on every core, each in a process of its own, and adds up what they counted. */
export async function inParallel(mode: string, args: readonly string[]): Promise<Tally> {
  const shards = availableParallelism()
  const children: ChildProcess[] = []
  try {
    const tallies = Array.from({ length: shards }, (_, shard) => {
      const child = fork(entry, ['--mode', mode, '--shard', `${shard}/${shards}`, ...args], {
        execArgv: [...process.execArgv, SHORT_LIVED],
      })
      children.push(child)
      return tallyOf(child)
    })
    return addTallies(await Promise.all(tallies))
  } finally {
    for (const child of children) child.kill()
  }
}

/** Nearly everything that a schedule makes is garbage at once; V8's own nursery is too small for it. */
const SHORT_LIVED = '--max-semi-space-size=32'

const entry = fileURLToPath(new URL('run.ts', import.meta.url))

function tallyOf(child: ChildProcess): Promise<Tally> {
  return new Promise((resolve, reject) => {
    child.once('message', (tally) => resolve(tally as Tally))
    child.once('error', reject)
    child.once('exit', (code, signal) => reject(new Error(`A part of the simulation ended early: ${signal ?? code}`)))
  })
}
