// Loaded first into each part that stack.mjs starts. A part leads a process group of its own, so that Ctrl-C reaches only
// the one who started it, who then stops the parts in order. Should that one die without a word, the pipe that is the
// part's standard input closes, and the part ends by itself.
import { isMainThread } from 'node:worker_threads'

const HARD_MS = 20_000

// Deleted, since a part's own children inherit this module but not the pipe.
if (isMainThread && process.env.PART_IS_TETHERED) {
  delete process.env.PART_IS_TETHERED
  // No one reads what it prints then: a failed write must not become an error that is printed.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  process.stdin
    .on('end', () => {
      process.kill(process.pid, 'SIGTERM')
      // One that waits for something that ended with its parent, such as the database.
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), HARD_MS).unref()
    })
    .resume()
  process.stdin.unref()
}
