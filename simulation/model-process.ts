import type { Observation } from '@/lib/rotation/commands'
import type { RotationStore, TokenEndpoint } from '@/lib/rotation/ports'
import { createProtocol, type Protocol } from '@/lib/rotation/protocol/protocol'
import { createRotation, type Rotation } from '@/lib/rotation/run/driver'
import type { RotationDeps } from '@/lib/rotation/run/perform'
import { modelVault } from './model-vault'
import type { VirtualTime } from './virtual-clock'

export type Side = 'before' | 'after'

export type Freeze = {
  /** Some systems stop the monotonic clock of a machine that sleeps. */
  readonly monotonicStops?: boolean
  /** The answer that waits in the socket comes first. Node's order is the other: a time-out that is over, then sockets. */
  readonly answersFirst?: boolean
}

/** A process of the model: the real driver on modeled ports. */
export type ModelProcess = {
  readonly name: string
  readonly rotation: Rotation
  readonly deps: RotationDeps
  readonly alive: () => boolean
  /** Nothing that this process began goes on, as after SIGKILL. */
  kill(): void
  /** Nothing of it runs until the thaw, as between SIGSTOP and SIGCONT. */
  freeze(thaw: Promise<unknown>, how?: Freeze): void
  /** Someone sets its wall clock. */
  stepWallClock(ms: number): void
  /** Kills it when it next does this: before the call reaches the port, or when its result would come back. */
  killAt(port: string, side: Side): void
  /** Resolves once the process runs; never, where it is dead. */
  running(): Promise<void>
}

type Options = {
  readonly name: string
  readonly time: VirtualTime
  readonly store: RotationStore
  readonly tokenEndpoint: TokenEndpoint
  readonly rules: RotationDeps['rules']
  readonly random: () => number
  readonly wrap?: ((protocol: Protocol) => Protocol) | undefined
  readonly skewMs?: number
  readonly observe: (observation: Observation) => void
  /** Before and after every call of a port, and before a wait. */
  readonly onMoment: (process: ModelProcess, port: string, side: Side) => void
}

export function modelProcess(options: Options): ModelProcess {
  const { name, time, onMoment } = options
  const never = new Promise<never>(() => {})
  const world = time.clock(options.skewMs)
  let dead = false
  let thawing: Promise<void> | null = null
  let answersComeFirst = false
  let stoodStillMs = 0
  let wallStepMs = 0
  let killing: { port: string; side: Side } | null = null

  async function running(): Promise<void> {
    while (dead || thawing) await (dead ? never : thawing)
  }

  async function resultComesIn(): Promise<void> {
    const waited = thawing !== null
    await running()
    if (waited && !answersComeFirst) await time.sleep(0.001).then(running)
  }

  async function timerFires(): Promise<void> {
    await running()
    if (answersComeFirst) await time.sleep(0.001).then(running)
  }

  function pass(port: string, side: Side): boolean {
    if (killing?.port === port && killing.side === side) dead = true
    if (!dead && !thawing) onMoment(process, port, side)
    return !dead && !thawing
  }

  /** The same methods, each of which may be the last thing that this process does. */
  function mortal<Port extends object>(port: Port): Port {
    const methods = Object.entries(port).map(([method, call]) => {
      if (typeof call !== 'function' || method === 'close') return [method, call]
      const mortalCall = async (...args: unknown[]) => {
        if (!pass(method, 'before')) await running()
        const result = await call(...args)
        if (!pass(method, 'after')) await resultComesIn()
        return method === 'connect' ? mortal(result) : result
      }
      return [method, mortalCall]
    })
    return Object.fromEntries(methods)
  }

  async function timePasses(ms: number, signal?: AbortSignal): Promise<void> {
    const wakesMs = clock.monotonicMs() + ms
    for (let left = ms; ; left = wakesMs - clock.monotonicMs()) {
      await time.sleep(left, signal)
      if (dead || thawing) await timerFires()
      if (signal?.aborted || clock.monotonicMs() >= wakesMs - 1e-6) return
    }
  }

  const clock: RotationDeps['clock'] = {
    monotonicMs: () => world.monotonicMs() - stoodStillMs,
    wallMs: () => world.wallMs() + wallStepMs,
    async sleep(ms, signal) {
      if (!pass('wait', 'before')) await running()
      await timePasses(ms, signal)
    },
    timer(ms) {
      const cancelled = new AbortController()
      return { over: timePasses(ms, cancelled.signal), cancel: () => cancelled.abort('over') }
    },
  }

  const vault = mortal(modelVault)
  const deps: RotationDeps = {
    store: mortal(options.store),
    tokenEndpoint: mortal(options.tokenEndpoint),
    vault: { open: vault.open, sealer: async () => mortal(await vault.sealer()), fingerprint: modelVault.fingerprint },
    clock,
    random: options.random,
    rules: options.rules,
    observe: options.observe,
  }

  const protocol = createProtocol(options.rules)
  const process: ModelProcess = {
    name,
    deps,
    rotation: createRotation(deps, options.wrap ? options.wrap(protocol) : protocol),
    alive: () => !dead,
    kill() {
      dead = true
    },
    freeze(thaw, { monotonicStops = false, answersFirst = false } = {}) {
      const since = time.now()
      const thawed = thaw.then(() => {
        if (monotonicStops) stoodStillMs += time.now() - since
        if (thawing === thawed) thawing = null
      })
      thawing = thawed
      answersComeFirst = answersFirst
    },
    stepWallClock(ms) {
      wallStepMs += ms
    },
    killAt(port, side) {
      killing = { port, side }
    },
    running,
  }
  return process
}
