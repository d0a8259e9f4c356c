import type { Observation } from '@/lib/rotation/commands'
import { createRotation, type Rotation } from '@/lib/rotation/driver'
import { figures } from '@/lib/rotation/figures'
import { grantColumns } from '@/lib/rotation/grant-statements'
import type { RotationDeps } from '@/lib/rotation/perform'
import type { SealBinding, Vault } from '@/lib/rotation/ports'
import type { ConnectionKey, CredentialRow } from '@/lib/rotation/row'
import { type ModelStore, modelStore, type StatementFate } from './model-store'
import { type Dialect, type ModelUpstream, modelUpstream } from './model-upstream'
import { type VirtualTime, virtualTime } from './virtual-clock'

/** A process of the model: the real driver on modelled ports. */
export type ModelProcess = {
  readonly rotation: Rotation
  readonly deps: RotationDeps
  /** Nothing that this process began goes on, as after SIGKILL. */
  kill(): void
  /** Kills it when it next does this: before the call reaches the port, or when its result would come back. */
  killAt(port: string, moment: 'before' | 'after'): void
}

export type ModelWorld = {
  readonly time: VirtualTime
  readonly store: ModelStore
  readonly upstream: ModelUpstream
  readonly observed: Observation[]
  /** What befalls the next statements. */
  fate: (statement: string) => StatementFate
  connection(id: string): ConnectionKey
  process(name: string): ModelProcess
  /** The rescuer's loop, in a process of its own, for this long. */
  rescueFor(ms: number): Promise<void>
  storedRefreshToken(key: ConnectionKey): string | null
}

/** One database, one Airwallex, any number of processes, in simulated time; random numbers come from the seed. */
export function modelWorld(options: { dialect?: Dialect; seed?: number; lateProbe?: boolean } = {}): ModelWorld {
  const time = virtualTime()
  const random = seeded(options.seed ?? 1)
  const observed: Observation[] = []
  const store = modelStore({ time, figures, fate: (statement) => world.fate(statement) })
  const upstream = modelUpstream({ time, dialect: options.dialect ?? 'tree' })

  function process(name: string): ModelProcess {
    let dead = false
    let killing: { port: string; moment: 'before' | 'after' } | null = null

    const kill = () => {
      dead = true
    }
    const dies = (port: string, moment: 'before' | 'after') => {
      if (killing?.port === port && killing.moment === moment) kill()
      return dead
    }
    const mortal = <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get(target, name: keyof Port & string) {
          const method = target[name]
          if (typeof method !== 'function' || name === 'close') return method
          return async (...args: unknown[]) => {
            if (dies(name, 'before')) return never
            const result = await method.apply(target, args)
            if (dies(name, 'after')) return never
            return name === 'connect' ? mortal(result as object) : result
          }
        },
      })

    const clock = time.clock()
    const deps: RotationDeps = {
      store: mortal(store),
      tokenEndpoint: mortal(upstream.tokenEndpoint()),
      vault: modelVault,
      clock: { ...clock, sleep: async (ms, signal) => clock.sleep(ms, signal).then(() => (dead ? never : undefined)) },
      random,
      rules: { figures, lateProbe: options.lateProbe ?? true, process: name },
      observe: (observation) => observed.push(observation),
    }
    const killAt = (port: string, moment: 'before' | 'after') => {
      killing = { port, moment }
    }
    return { rotation: createRotation(deps), deps, kill, killAt }
  }

  const world: ModelWorld = {
    time,
    store,
    upstream,
    observed,
    fate: () => 'ok',
    process,
    connection(id) {
      const key = { workspaceId: 'workspace', connectionId: id }
      store.rows.set(id, firstRow(key, upstream.grant(), time.now()))
      return key
    },
    async rescueFor(ms) {
      const { rotation } = process('worker')
      const end = time.now() + ms
      while (time.now() < end) {
        await time.sleep(figures.tickMs)
        const { windowMs, rescuePastWindowLimit } = figures
        const due = await store.dueForRescue({ windowMs, limit: 500, pastWindowLimit: rescuePastWindowLimit })
        for (const key of due) void rotation.rescue(key)
        void rotation.canaryTick()
      }
    },
    storedRefreshToken(key) {
      const { sealedRefreshToken } = store.row(key)
      return sealedRefreshToken === null ? null : (JSON.parse(sealedRefreshToken) as { token: string }).token
    },
  }
  return world
}

/** A row as a code exchange leaves it, its access token already expired. */
export function firstRow(key: ConnectionKey, refreshToken: string, now: number): CredentialRow {
  const version = { ...key, grantNo: 1, generation: 1 }
  const grant = grantColumns(
    {
      sealedAccessToken: sealed('access-of-first', { ...version, field: 'access_token' }),
      sealedRefreshToken: sealed(refreshToken, { ...version, field: 'refresh_token' }),
      accessTokenLifeSeconds: 300,
      refreshTokenLifeSeconds: 7_776_000,
      elapsedMs: 0,
      keepAliveInMs: 3_888_000_000,
    },
    now - 300_000,
  )
  return { ...version, ...grant, fence: 0, frozenAt: null, quarantinedAt: null }
}

/** Seals by writing the binding beside the token. */
export const modelVault: Vault = {
  async open(value, binding) {
    const { token, ...bound } = JSON.parse(value) as { token: string }
    return sealed(token, bound as SealBinding) === sealed(token, binding)
      ? { kind: 'opened', token }
      : { kind: 'unreadable' }
  },
  sealer: async () => ({ seal: async (token, binding) => sealed(token, binding) }),
  fingerprint: (token) => `fingerprint of ${token}`,
}

function sealed(token: string, { workspaceId, connectionId, grantNo, generation, field }: SealBinding): string {
  return JSON.stringify({ workspaceId, connectionId, grantNo, generation, field, token })
}

/** mulberry32: small, fast, and the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const never = new Promise<never>(() => {})
