export type SandboxClock = {
  /** The sandbox's time, in milliseconds since the epoch. */
  now: () => number
  /** Real time of this process that never goes back, in milliseconds. */
  monotonic: () => number
  advance: (seconds: number) => void
  reset: () => void
  offsetSeconds: () => number
}

/** Follows the monotonic clock from its start, so that a step of the machine's clock moves nothing here. */
export function createClock(): SandboxClock {
  const startedAt = Date.now() - performance.now()
  let offsetMs = 0
  return {
    now: () => Math.floor(startedAt + performance.now() + offsetMs),
    monotonic: () => performance.now(),
    advance: (seconds) => {
      offsetMs += seconds * 1000
    },
    reset: () => {
      offsetMs = 0
    },
    offsetSeconds: () => offsetMs / 1000,
  }
}
