import type { Event } from '@/lib/rotation/commands'
import { mayStillWrite } from '@/lib/rotation/guard'
import type { TokenAnswer } from '@/lib/rotation/ports'
import { createProtocol } from '@/lib/rotation/protocol/protocol'
import { isDue, isInterrupted, leaseIsLive } from '@/lib/rotation/row/row'
import type { Outcome } from '@/lib/rotation/run/perform'
import { classify, type Dialect, refresh } from '@/sandbox/state/grants'
import { runAlone, runStatement } from './exhaustive-store'
import { figures, GENERATIONS, idle, key, type Process, type Request, upstream, type World } from './exhaustive-world'

export type Step = { readonly world: World; readonly broken: string | null }
export type Guard = typeof mayStillWrite
type Index = 0 | 1
const sides = [0, 1] as const

/** An answer that comes at all comes before the time-out. */
const LAST_MOMENT = figures.attemptMs - 1

const protocol = createProtocol({ figures, lateProbe: true, process: 'p' })

/** Every state that may follow: each process, Airwallex, each fault that is left, and else the time. */
export function successors(world: World, dialect: Dialect, guard: Guard = mayStillWrite): Step[] {
  const steps: Step[] = []
  const add = (next: World | null) => {
    if (next) steps.push({ world: next, broken: null })
  }
  for (const side of sides) {
    const process = world.processes[side]
    if (!process.alive) continue
    if (process.frozen) add(thaw(world, side))
    else {
      add(begin(world, side))
      for (const step of act(world, side, dialect, guard)) steps.push(step)
      if (world.left.freeze) for (const frozen of freezes(world, side)) add(frozen)
      if (world.left.crash) add(crash(world, side))
    }
  }
  for (const request of world.requests) if (mayHandle(world, request)) add(handle(world, request, dialect))
  if (mayTimePass(world)) add(later(world))
  return steps
}

/** A caller comes, or a tick finds an interrupted rotation. */
function begin(world: World, side: Index): World | null {
  const { row, now } = world
  // Whoever comes while someone is on it only waits, and is here as one who comes when it may be claimed.
  if (world.processes[side].flow || leaseIsLive(row, now) || !isDue(row, now)) return null
  const rescues = isInterrupted(row, now)
  if (!rescues && (row.generation > GENERATIONS || row.status !== 'active')) return null
  const goal = { key, cause: rescues ? 'rescue' : 'requested', neededBy: null } as const
  const { state, command } = protocol.startAttempt(goal, null, moment(now))
  return put(world, side, { ...idle, flow: state, command, since: now })
}

function act(world: World, side: Index, dialect: Dialect, guard: Guard): Step[] {
  const { command, since } = world.processes[side]
  const { now } = world
  if (!command) return []
  if (command.kind === 'wait') return now >= since + command.ms ? [done(world, side, { kind: 'waited' })] : []
  if (command.kind === 'send') return send(world, side, dialect, guard)
  const ran = runStatement(world.row, command, now)
  return ran ? [done({ ...world, row: ran.row }, side, ran.outcome, staleCommit(world, ran.row, dialect))] : []
}

/** Guard and write in one turn; then the answer, or the time-out. */
function send(world: World, side: Index, dialect: Dialect, guard: Guard): Step[] {
  const { command } = world.processes[side]
  if (command?.kind !== 'send') return []
  const { now, grant, requests } = world
  const mine = requests.find(({ by }) => by === side)
  if (!mine) {
    if (!guard(command.markIssued, moment(now), figures)) return [answered(world, side, { kind: 'not_sent' })]
    const serial = Number(command.refreshToken)
    const tokenClass = classify(grant, serial, now, upstream(dialect))
    const lateProbe = world.row.lateProbes > 0
    const superseded = !lateProbe && (tokenClass === 'older' || tokenClass === 'previous_after_grace')
    const broken = superseded
      ? `a superseded refresh token was sent (${tokenClass})`
      : requests.some(({ answer }) => answer === 'open')
        ? 'two requests are in flight'
        : command.refreshToken !== world.row.sealedRefreshToken
          ? 'what was sent is not the newest stored refresh token'
          : null
    const request: Request = { by: side, serial, since: now, answer: 'open' }
    return [{ world: { ...world, requests: [...requests, request] }, broken }]
  }
  const without = { ...world, requests: requests.filter((request) => request !== mine) }
  const timedOut = now - mine.since >= figures.attemptMs
  const steps: Step[] = []
  if (mine.answer !== 'open' && mine.answer !== 'silent') {
    steps.push(answered(without, side, answerOf(mine.answer)))
    if (world.left.lostAnswer) {
      const left = { ...world.left, lostAnswer: false }
      steps.push(answered({ ...without, left }, side, { kind: 'no_answer', detail: 'reset' }))
      const silent: Request = { ...mine, answer: 'silent' }
      steps.push({ world: { ...without, left, requests: [...without.requests, silent] }, broken: null })
    }
  }
  // Where it slept beyond the time-out, a timer may come before the answer that waits in the socket.
  if (timedOut) steps.push(answered(without, side, { kind: 'no_answer', detail: 'time-out' }))
  return steps
}

/** Airwallex processes a request as it comes, or at the last moment. */
function mayHandle({ now }: World, { answer, since }: Request): boolean {
  return answer === 'open' && (now === since || now - since >= LAST_MOMENT)
}

function handle(world: World, request: Request, dialect: Dialect): World {
  const { grant, outcome } = refresh(world.grant, request.serial, world.now, upstream(dialect))
  const answer = outcome.kind === 'rotated' || outcome.kind === 'replayed' ? outcome.serial : null
  const requests = world.requests.map((other) => (other === request ? { ...request, answer } : other))
  // A dead process reads no answer.
  const kept = requests.filter(({ by, answer: given }) => given === 'open' || world.processes[by].alive)
  return { ...world, grant, requests: kept }
}

function answerOf(serial: number | null): TokenAnswer {
  if (serial === null) return { kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' }
  const body = JSON.stringify({ access_token: 'a', expires_in: 300, refresh_token: String(serial) })
  return { kind: 'answer', status: 200, body }
}

function answered(world: World, side: Index, answer: TokenAnswer): Step {
  return done(world, side, { kind: 'answered', answer })
}

/** The process hears of it, and goes on to its next command that anyone else could notice. */
function done(world: World, side: Index, outcome: Outcome, broken: string | null = null): Step {
  const { flow } = world.processes[side]
  if (!flow) return { world, broken }
  let heard: Outcome | null = outcome
  let state = flow
  let command = world.processes[side].command
  while (heard) {
    const event = { ...heard, now: moment(world.now) } as Event
    ;({ state, command } = protocol.next(state, event))
    heard = runAlone(command)
  }
  const finished = !command || command.kind === 'done'
  const next: Process = finished ? idle : { ...idle, flow: state, command, since: world.now }
  return { world: put(world, side, next), broken }
}

/** Killed before its command runs; right after it is right before the next. */
function crash(world: World, side: Index): World {
  const left = { ...world.left, crash: false }
  const requests = world.requests.filter(({ by, answer }) => by !== side || answer === 'open')
  return put({ ...world, left, requests }, side, { ...idle, alive: false })
}

/** Frozen before its command runs, or right after, before it hears of it. */
function freezes(world: World, side: Index): World[] {
  const process = world.processes[side]
  if (!process.command) return []
  const left = { ...world.left, freeze: false }
  const before = put({ ...world, left }, side, { ...process, frozen: true })
  const ran = runStatement(world.row, process.command, world.now)
  if (!ran) return [before]
  return [before, put({ ...world, left, row: ran.row }, side, { ...process, frozen: true, outcome: ran.outcome })]
}

function thaw(world: World, side: Index): World {
  const { outcome, ...process } = world.processes[side]
  const thawed = put(world, side, { ...process, outcome: null, frozen: false })
  return outcome ? done(thawed, side, outcome).world : thawed
}

/** While something can run at once it does; Airwallex answers, and a tick comes, in their own good time. */
function mayTimePass(world: World): boolean {
  const { now, row, processes, requests, dueSince } = world
  const running = processes.filter(({ alive, frozen }) => alive && !frozen)
  for (const { command, since } of running) {
    if (!command) continue
    if (command.kind === 'wait' ? now >= since + command.ms : command.kind !== 'send') return false
  }
  for (const side of sides) {
    const { command, frozen } = processes[side]
    const mine = requests.find(({ by }) => by === side)
    if (frozen || command?.kind !== 'send') continue
    if (!mine || typeof mine.answer !== 'string' || now - mine.since >= figures.attemptMs) return false
  }
  if (requests.some(({ answer, since }) => answer === 'open' && now - since >= LAST_MOMENT)) return false
  const isWanted = row.status === 'active' && row.generation <= GENERATIONS && !leaseIsLive(row, now) && isDue(row, now)
  if (isWanted && row.firstSentAt === null && running.some(({ flow }) => !flow)) return false
  const waits = isInterrupted(row, now) && isDue(row, now) && running.some(({ flow }) => !flow)
  return !(waits && dueSince !== null && now - dueSince >= figures.tickMs)
}

function later(world: World): World {
  const now = world.now + 1
  const due = isInterrupted(world.row, now) && isDue(world.row, now)
  return { ...world, now, dueSince: due ? (world.dueSince ?? now) : null }
}

function staleCommit(world: World, row: World['row'], dialect: Dialect): string | null {
  if (row.generation === world.row.generation) return null
  const tokenClass = classify(world.grant, Number(row.sealedRefreshToken), world.now, upstream(dialect))
  const live = tokenClass === 'current' || tokenClass === 'previous_in_grace' || tokenClass === 'of_dead_grant'
  return live ? null : `a stale pair was stored (${tokenClass})`
}

function put(world: World, side: Index, process: Process): World {
  const [first, second] = world.processes
  return { ...world, processes: side === 0 ? [process, second] : [first, process] }
}

function moment(now: number) {
  return { monotonicMs: now, wallMs: now, random: 0.5 }
}
