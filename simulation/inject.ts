import type { ConnectionKey } from '@/lib/rotation/row/row'
import { holdOldGrant, letGo } from '@/lib/rotation/run/hold'
import { lastsMs } from './deadlines'
import type { Fault, Moment } from './faults'
import { grantOf } from './model-connection'
import type { ModelProcess } from './model-process'
import type { RequestFate } from './model-upstream'
import type { ModelWorld } from './model-world'

export type Injected = {
  /** The moments of the run, in order. */
  readonly moments: (Moment & { readonly time: number })[]
  /** The faults that struck, in order. */
  readonly strikes: readonly Strike[]
  /** Until when something is still out of order. */
  busyUntil(): number
}

/** A fault, from when to when it stood in someone's way. */
export type Strike = { readonly kind: Fault['kind']; from: number; until: number }

const LONGEST_FREEZE_MS = 120_000
const EXCHANGE_MS = 300

type Surroundings = {
  /** From here on nothing strikes. */
  readonly endsAt?: number
  /** Within which time someone starts a dead process again; never, where no one does. */
  readonly restartedAfterMs?: number
}

/** Lets each fault strike at its moment; what people do, they do to these connections in turn. */
export function inject(
  world: ModelWorld,
  keys: readonly ConnectionKey[],
  faults: readonly Fault[],
  { endsAt = Number.POSITIVE_INFINITY, restartedAfterMs = Number.POSITIVE_INFINITY }: Surroundings = {},
): Injected {
  const { time, upstream } = world
  const moments: (Moment & { time: number })[] = []
  const pending = [...faults]
  const strikes: Strike[] = []
  let busyUntil = 0
  let nextStatement: { fate: Extract<Fault, { kind: 'statement' }>['fate']; struck: Strike } | null = null
  let nextRequest: { fate: RequestFate; struck: Strike } | null = null
  let databaseDown = { until: 0, hangs: false }
  let phase: { until: number; how: Extract<Fault, { kind: 'upstream' }>['how'] } = { until: 0, how: 'silent' }

  world.fate = () => {
    if (nextStatement) {
      const { fate, struck } = nextStatement
      nextStatement = null
      strikesNow(struck)
      return fate
    }
    if (time.now() >= databaseDown.until) return 'ok'
    return databaseDown.hangs ? 'hangs' : 'down'
  }
  upstream.fate = () => {
    if (nextRequest) {
      const { fate, struck } = nextRequest
      nextRequest = null
      strikesNow(struck)
      return fate
    }
    if (time.now() >= phase.until || phase.how === 'unreachable') return 'ok'
    return phase.how === 'silent' ? 'lost' : { unprocessed: phase.how }
  }
  upstream.canary = () => {
    if (time.now() >= phase.until || phase.how === 'unreachable') return 'invalid_request'
    return phase.how === 'silent' ? null : phase.how
  }
  world.onMoment = (process, port, side) => {
    if (time.now() >= endsAt) return
    moments.push({ process: process.name, port, side, time: time.now() })
    while (pending[0] && pending[0].at < moments.length) strike(pending.shift() as Fault, process)
  }

  /** What concerns the next statement or request strikes with it, however long no one makes one. */
  const strikesNow = (struck: Strike) => {
    const lateMs = time.now() - struck.from
    struck.from += lateMs
    struck.until += lateMs
  }
  const lasts = (ms: number) => {
    busyUntil = Math.max(busyUntil, time.now() + ms)
  }
  const beside = (work: () => Promise<unknown>, struck: Strike) => {
    let over = false
    void work().then(() => {
      over = true
      struck.until = time.now()
    })
    const watch = async () => {
      while (!over) {
        lasts(500)
        await time.sleep(400)
      }
    }
    void watch()
  }

  function strike(fault: Fault, process: ModelProcess): void {
    const from = time.now()
    const stopsMs = kills(fault)
      ? restartedAfterMs
      : fault.kind === 'freeze' || fault.kind === 'host_pause'
        ? fault.ms
        : 0
    const struck: Strike = { kind: fault.kind, from, until: from + Math.max(lastsMs(fault), stopsMs) }
    strikes.push(struck)
    switch (fault.kind) {
      case 'kill':
        process.kill()
        return
      case 'killed_in_flight':
        void world.heard('sent').then(() => process.kill())
        return
      case 'freeze':
        lasts(fault.ms + 2_000)
        process.freeze(time.sleep(fault.ms), fault)
        return
      case 'host_pause':
        lasts(fault.ms + 2_000)
        for (const one of world.processes) one.freeze(time.sleep(fault.ms), fault)
        return
      case 'freeze_until': {
        const thaw = Promise.race([world.heard(fault.until), time.sleep(LONGEST_FREEZE_MS)])
        beside(() => thaw.then(() => time.sleep(2_000)), struck)
        process.freeze(thaw, fault)
        return
      }
      case 'statement':
        if (typeof fault.fate === 'object') lasts(fault.fate.lateMs)
        nextStatement = { fate: fault.fate, struck }
        return
      case 'database_down':
        lasts(fault.ms)
        databaseDown = { until: time.now() + fault.ms, hangs: fault.hangs }
        if (fault.killed) process.kill()
        return
      case 'database_clock':
        world.clockStepMs += fault.ms
        world.clockSetAt = from
        return
      case 'wall_clock':
        process.stepWallClock(fault.ms)
        return
      case 'request':
        nextRequest = { fate: fault.fate, struck }
        return
      case 'upstream':
        lasts(fault.ms)
        phase = { until: time.now() + fault.ms, how: fault.how }
        if (fault.how !== 'unreachable') return
        upstream.reachable = false
        void time.sleep(fault.ms).then(() => {
          upstream.reachable = true
        })
        return
      default:
        beside(() => act(world, keys[strikes.length % keys.length] as ConnectionKey, fault), struck)
    }
  }

  return { moments, strikes, busyUntil: () => busyUntil }
}

function kills(fault: Fault): boolean {
  return fault.kind === 'kill' || fault.kind === 'killed_in_flight' || (fault.kind === 'database_down' && fault.killed)
}

type Act = Extract<Fault, { kind: 'frozen_by_hand' | 'disconnect' | 'reauthorize' | 'owner_disconnects' }>

/** What people do; each statement is repeated until it is known to have run. */
async function act(world: ModelWorld, key: ConnectionKey, fault: Act): Promise<void> {
  const { time, store, upstream, journal } = world
  switch (fault.kind) {
    case 'frozen_by_hand':
      await known(world, () => store.freeze(key))
      await time.sleep(fault.ms)
      await known(world, () => store.unfreeze(key))
      return
    case 'disconnect':
      await known(world, () => store.disconnect(key))
      return
    case 'owner_disconnects': {
      const token = world.storedRefreshToken(key)
      if (token === null) return
      const eventAt = time.now() + world.clockStepMs
      upstream.disconnect(token)
      journal.push({ kind: 'ended_at_airwallex', at: time.now(), connection: key.connectionId })
      if (fault.eventAfterMs === null) return
      await time.sleep(fault.eventAfterMs)
      await known(world, () => store.noteDisconnectEvent({ ...key, eventAt }))
      return
    }
    case 'reauthorize':
      return reauthorize(world, key, fault.endsOldGrant)
  }
}

/** As lib/authorization/finish.ts: the old grant is held from the code exchange until the swap. */
async function reauthorize(world: ModelWorld, key: ConnectionKey, endsOldGrant: boolean): Promise<void> {
  const { time, store, upstream } = world
  const { deps } = world.process('callback')
  const hold = await holdOldGrant(deps, key)
  if (hold.kind === 'busy') return
  const old = world.storedRefreshToken(key)
  await time.sleep(EXCHANGE_MS)
  if (old !== null && endsOldGrant) upstream.disconnect(old)
  const refreshToken = world.grantFor(key)
  const accessToken = upstream.accessTokenOf(refreshToken, 300_000)
  const swapped = await known(world, async () => {
    const { grantNo, generation } = store.row(key)
    const version = { ...key, grantNo, generation }
    const sealedFor = { ...key, grantNo: grantNo + 1, generation: generation + 1 }
    return store.reauthorize({ ...version, ...grantOf(sealedFor, { accessToken, refreshToken }) })
  })
  if (swapped.kind !== 'applied') await letGo(deps, hold)
}

async function known<Result extends { kind: string }>(
  { time }: ModelWorld,
  run: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const result = await run()
    if (result.kind !== 'unknown') return result
    await time.sleep(500)
  }
}
