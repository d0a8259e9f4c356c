import type { Observation } from '@/lib/rotation/commands'
import { figures as productFigures } from '@/lib/rotation/figures'
import type { ConnectionKey } from '@/lib/rotation/row/row'
import type { Entry } from './journal'
import { newConnection } from './model-connection'
import { journalOf } from './model-journal'
import { type ModelProcess, modelProcess, type Side } from './model-process'
import type { StatementFate } from './model-statement'
import { type ModelStore, modelStore } from './model-store'
import { type Dialect, type ModelUpstream, modelUpstream } from './model-upstream'
import { tokenIn } from './model-vault'
import type { Mutation } from './mutation'
import { seeded } from './seeded'
import { type VirtualTime, virtualTime } from './virtual-clock'

export type { ModelProcess }

export type WorldOptions = {
  readonly dialect?: Dialect
  readonly seed?: number
  readonly lateProbe?: boolean
  readonly refusesConcurrent?: boolean
  readonly rotationEndsAccessToken?: boolean
  readonly mutation?: Mutation
}

export type ModelWorld = {
  readonly time: VirtualTime
  readonly random: () => number
  readonly store: ModelStore
  readonly upstream: ModelUpstream
  readonly processes: ModelProcess[]
  readonly observed: Observation[]
  /** For the checker. */
  readonly journal: Entry[]
  /** What befalls the next statements. */
  fate: (statement: string) => StatementFate
  /** How far the database's clock is off. */
  clockStepMs: number
  /** When it was last set. */
  clockSetAt: number
  /** Resolves when some process next does this. */
  heard(what: string): Promise<void>
  onMoment: (process: ModelProcess, port: string, side: Side) => void
  connection(id: string, how?: { workspaceId?: string; leftMs?: number; keepAliveDue?: boolean }): ConnectionKey
  process(name: string, skewMs?: number): ModelProcess
  /** The worker's loop, in a process of its own, for this long. */
  rescueFor(ms: number): Promise<void>
  /** A worker process: rescue and canary at every tick, keep-alive once a minute. Never ends. */
  worker(name: string, phaseMs: number): ModelProcess
  storedRefreshToken(key: ConnectionKey): string | null
  /** A new grant for this connection, as Airwallex issues it. */
  grantFor(key: ConnectionKey): string
  /** Writes into the journal how each connection stands. */
  rest(): void
}

/** One database, one Airwallex, any number of processes, in simulated time; random numbers come from the seed. */
export function modelWorld(options: WorldOptions = {}): ModelWorld {
  const { mutation = {} } = options
  const figures = { ...productFigures, ...mutation.figures }
  const time = virtualTime()
  const random = seeded(options.seed ?? 1)
  const observed: Observation[] = []
  const entries: Entry[] = []
  const upstream = modelUpstream({
    time,
    dialect: options.dialect ?? 'tree',
    refusesConcurrent: options.refusesConcurrent ?? true,
    rotationEndsAccessToken: options.rotationEndsAccessToken ?? false,
  })
  const rawStore = modelStore({
    time,
    figures,
    fate: (statement) => world.fate(statement),
    clockStepMs: () => world.clockStepMs,
    onChange(statement, before, after) {
      told.changed(statement, before, after)
      listeners.tell(statement)
    },
    onRefusal: (statement, key, row) => told.refused(statement, key, row),
  })
  const store = mutation.store?.(rawStore) ?? rawStore
  const listeners = listening()
  const told = journalOf({ time, store: rawStore, upstream, entries })
  upstream.onArrival = (entry) => {
    told.arrived(entry)
    listeners.tell('sent')
  }

  function worker(name: string, phaseMs: number): ModelProcess {
    const process = world.process(name)
    const everyMs = mutation.rescueEveryMs === undefined ? figures.tickMs : mutation.rescueEveryMs
    void rescuing(process, phaseMs, everyMs)
    void keepingAlive(process, phaseMs)
    return process
  }

  async function rescuing({ rotation, running }: ModelProcess, phaseMs: number, everyMs: number | null) {
    const { windowMs, rescuePastWindowLimit: pastWindowLimit, tickMs } = figures
    for (let waitMs = phaseMs; ; waitMs = everyMs ?? tickMs) {
      await time.sleep(waitMs).then(running)
      if (world.fate('scan') === 'ok' && everyMs !== null) {
        const due = await store.dueForRescue({ windowMs, limit: 500, pastWindowLimit })
        for (const key of due) void rotation.rescue(key)
      }
      // On a closed breaker a tick is one refused claim: not worth the simulation's time.
      if (store.breaker().state !== 'closed') void rotation.canaryTick()
    }
  }

  async function keepingAlive({ rotation, running }: ModelProcess, phaseMs: number) {
    for (let waitMs = phaseMs; ; waitMs = 60_000) {
      await time.sleep(waitMs).then(running)
      if (world.fate('scan') !== 'ok') continue
      for (const key of await store.dueForKeepAlive({ after: null, limit: 200 })) void rotation.keepAlive(key)
    }
  }

  const world: ModelWorld = {
    time,
    random,
    store,
    upstream,
    processes: [],
    observed,
    journal: entries,
    fate: () => 'ok',
    clockStepMs: 0,
    clockSetAt: Number.NEGATIVE_INFINITY,
    heard: listeners.heard,
    onMoment: () => {},
    worker,
    rest: told.rest,
    connection(id, { workspaceId = 'workspace', ...how } = {}) {
      const key = { workspaceId, connectionId: id }
      newConnection({ time, store, upstream }, key, world.grantFor(key), how)
      return key
    },
    grantFor(key) {
      const refreshToken = upstream.grant()
      told.granted(refreshToken, key)
      return refreshToken
    },
    process(name, skewMs = 0) {
      const endpoint = upstream.tokenEndpoint()
      const process = modelProcess({
        name,
        time,
        store,
        skewMs,
        random,
        tokenEndpoint: mutation.tokenEndpoint?.(endpoint) ?? endpoint,
        rules: { figures, lateProbe: options.lateProbe ?? true, process: name },
        wrap: mutation.protocol,
        observe(observation) {
          observed.push(observation)
          told.observed(observation)
        },
        onMoment: (mine, port, side) => world.onMoment(mine, port, side),
      })
      world.processes.push(process)
      return process
    },
    async rescueFor(ms) {
      const process = worker('worker', figures.tickMs)
      await time.sleep(ms)
      process.kill()
    },
    storedRefreshToken(key) {
      const { sealedRefreshToken } = store.row(key)
      return sealedRefreshToken === null ? null : tokenIn(sealedRefreshToken)
    },
  }
  return world
}

function listening() {
  let waiting: { what: string; resolve: () => void }[] = []
  return {
    heard: (what: string) => new Promise<void>((resolve) => waiting.push({ what, resolve })),
    tell(what: string) {
      if (waiting.length === 0) return
      for (const one of waiting) if (one.what === what) one.resolve()
      waiting = waiting.filter((one) => one.what !== what)
    },
  }
}
