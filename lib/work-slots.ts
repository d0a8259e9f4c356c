/** A bounded number of works at a time, at most one of each id. */
export type WorkSlots = {
  readonly free: () => number
  /** Starts a work unless one of the same id runs; says whether it did. The work must not reject. */
  start(id: string, work: () => Promise<void>): boolean
  /** Resolves when one of the works that run has ended; at once where none runs. */
  oneEnded(): Promise<void>
  /** Resolves when all have ended. */
  allEnded(): Promise<void>
}

export function createWorkSlots(size: number): WorkSlots {
  const running = new Map<string, Promise<void>>()
  return {
    free: () => Math.max(0, size - running.size),
    start(id, work) {
      if (running.has(id)) return false
      running.set(
        id,
        work().finally(() => running.delete(id)),
      )
      return true
    },
    oneEnded: () => (running.size === 0 ? Promise.resolve() : Promise.race(running.values())),
    async allEnded() {
      while (running.size > 0) await Promise.all(running.values())
    },
  }
}
