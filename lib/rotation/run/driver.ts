import type { CallerRequest } from '@/lib/rotation/caller/state'
import type {
  AccessTokenResult,
  AttemptResult,
  Command,
  Event,
  Goal,
  Moment,
  Transition,
} from '@/lib/rotation/commands'
import { createProtocol, type FlowState, type Protocol } from '@/lib/rotation/protocol/protocol'
import type { ConnectionKey, Reading } from '@/lib/rotation/row/row'
import {
  closeRequest,
  type Outcome,
  type PortCommand,
  perform,
  type RotationDeps,
  type Session,
  within,
} from './perform'

/** Keeps a promise alive after the answer: `after()` in Next, a tracked promise elsewhere. The work never rejects. */
export type Defer = (work: Promise<void>) => void

export type Rotation = {
  /** Answers within 5 s and a statement's time. Rejects only on a defect of ours. */
  getAccessToken(request: CallerRequest, defer: Defer): Promise<AccessTokenResult>
  /** Pursues an interrupted rotation; resolves when this process is done with it. */
  rescue(key: ConnectionKey): Promise<AttemptResult>
  /** Rotates a connection whose refresh token has reached half of its life. */
  keepAlive(key: ConnectionKey): Promise<AttemptResult>
  /** One canary if the breaker is open and one is due. */
  canaryTick(): Promise<void>
  /** Claims nothing more; resolves when everything that runs has ended. */
  stop(): Promise<void>
}

/**
 * The one driver: runs the protocol's commands on the ports. Inside the process, one attempt flow a connection; those
 * who wait for it re-read the row, each within its own time.
 */
export function createRotation(deps: RotationDeps, protocol: Protocol = createProtocol(deps.rules)): Rotation {
  const flights = new Map<string, Promise<AttemptResult>>()
  const running = new Set<Promise<unknown>>()
  let stopping = false

  async function getAccessToken(request: CallerRequest, defer: Defer): Promise<AccessTokenResult> {
    const caller = await run(protocol.startCaller(request, moment()), (command) => pursue(command, defer))
    if (caller.flow !== 'caller' || caller.step !== 'done') throw new Error(`A caller ended in "${caller.step}"`)
    for (const work of caller.beside) {
      defer(quietly(work.kind === 'canary' ? canaryTick() : flight(work.goal, work.reading).result))
    }
    return caller.result
  }

  /** A caller waits for its process's flight as long as it can; the flight itself goes on. */
  async function pursue(
    { goal, reading, withinMs }: Extract<Command, { kind: 'pursue' }>,
    defer: Defer,
  ): Promise<Outcome> {
    const { joined, result } = flight(goal, reading)
    if (!joined) defer(quietly(result))
    const ended = await within(deps.clock, withinMs, result)
    return { kind: 'pursued', joined, result: ended === 'late' ? { kind: 'timed_out' } : ended }
  }

  function flight(goal: Goal, reading: Reading | null): { joined: boolean; result: Promise<AttemptResult> } {
    const id = `${goal.key.workspaceId}/${goal.key.connectionId}`
    const inFlight = flights.get(id)
    if (inFlight) return { joined: true, result: inFlight }
    const result = track(fly(goal, reading).finally(() => flights.delete(id)))
    flights.set(id, result)
    return { joined: false, result }
  }

  async function fly(goal: Goal, reading: Reading | null): Promise<AttemptResult> {
    const attempt = await run(protocol.startAttempt(goal, reading, moment()), neverPursues)
    if (attempt.flow !== 'attempt' || attempt.step !== 'done') throw new Error(`An attempt ended in "${attempt.step}"`)
    return attempt.result
  }

  function background(key: ConnectionKey, cause: 'rescue' | 'keep_alive'): Promise<AttemptResult> {
    return flight({ key, cause, neededBy: null }, null).result
  }

  async function canaryTick(): Promise<void> {
    await track(run(protocol.startCanary(), neverPursues))
  }

  async function run(start: Transition<FlowState>, onPursue: typeof neverPursues): Promise<FlowState> {
    const session: Session = { request: null, sealer: null }
    try {
      let { state, command, observed } = start
      while (command.kind !== 'done') {
        const performing = command.kind === 'pursue' ? onPursue(command) : performUnlessStopping(session, command)
        tell(observed)
        const outcome = await performing
        const event = { ...outcome, now: moment() } as Event
        ;({ state, command, observed } = protocol.next(state, event))
      }
      tell(observed)
      return state
    } finally {
      closeRequest(session)
    }
  }

  async function performUnlessStopping(session: Session, command: PortCommand): Promise<Outcome> {
    const claims = command.kind === 'claim' || command.kind === 'claim_canary'
    return claims && stopping ? { kind: 'stopping' } : perform(deps, session, command)
  }

  /** After the command has begun: no observer stands between an answer and its commit, and none can break a flow. */
  function tell(observed: Transition<FlowState>['observed']): void {
    for (const observation of observed) {
      try {
        deps.observe(observation)
      } catch {
        // An observer that throws loses its observation, never a token.
      }
    }
  }

  function moment(): Moment {
    return { monotonicMs: deps.clock.monotonicMs(), wallMs: deps.clock.wallMs(), random: deps.random() }
  }

  function track<Result>(work: Promise<Result>): Promise<Result> {
    running.add(work)
    const forget = () => running.delete(work)
    work.then(forget, forget)
    return work
  }

  /** For work that no one awaits: its result is in the row, a defect is told. */
  function quietly(work: Promise<unknown>): Promise<void> {
    return work.then(
      () => undefined,
      (cause: unknown) => tell([{ kind: 'surprise', cause }]),
    )
  }

  return {
    getAccessToken,
    rescue: (key) => background(key, 'rescue'),
    keepAlive: (key) => background(key, 'keep_alive'),
    canaryTick,
    stop: async () => {
      stopping = true
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}

async function neverPursues(_command: Extract<Command, { kind: 'pursue' }>): Promise<Outcome> {
  throw new Error('Only a caller pursues')
}
