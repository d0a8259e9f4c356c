import type { ConnectionKey } from '@/lib/rotation/row/row'
import { act } from './acts'
import { lastsMs } from './deadlines'
import type { Fault, Moment } from './faults'
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

/** A fault, from when to when it stood in someone's way: of one process, and where it spoils one request, of one connection. */
export type Strike = {
  readonly kind: Fault['kind']
  readonly process: string
  connection: string | null
  from: number
  until: number
}

const LONGEST_FREEZE_MS = 120_000

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
  const endedEarly = new Set<Strike>()
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
  upstream.fate = (_, token) => {
    if (nextRequest) {
      const { fate, struck } = nextRequest
      nextRequest = null
      struck.connection = keys.find((key) => world.storedRefreshToken(key) === token)?.connectionId ?? null
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
      if (!endedEarly.has(struck)) struck.until = time.now()
    })
    const watch = async () => {
      while (!over) {
        lasts(500)
        await time.sleep(400)
      }
    }
    void watch()
  }

  /** A dead process is no longer frozen: from here on its death is what stands in the way. */
  const freezeEnds = ({ name }: ModelProcess) => {
    for (const struck of strikes) {
      const isFreeze = struck.kind === 'freeze' || struck.kind === 'freeze_until'
      if (!isFreeze || struck.process !== name || struck.until <= time.now()) continue
      struck.until = time.now()
      endedEarly.add(struck)
    }
  }

  function strike(fault: Fault, process: ModelProcess): void {
    const from = time.now()
    const stopsMs = kills(fault)
      ? restartedAfterMs
      : fault.kind === 'freeze' || fault.kind === 'host_pause'
        ? fault.ms
        : 0
    const until = from + Math.max(lastsMs(fault), stopsMs)
    const struck: Strike = { kind: fault.kind, process: process.name, connection: null, from, until }
    strikes.push(struck)
    switch (fault.kind) {
      case 'kill':
        process.kill()
        return
      case 'killed_in_flight':
        void world.heard('sent').then(() => {
          process.kill()
          freezeEnds(process)
        })
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
