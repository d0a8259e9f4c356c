import type { NewFault } from '@/sandbox/faults/fault'
import { DIALECTS, type Dialect } from '@/sandbox/state/grants'
import { pick, seeded } from '../seeded'

// What befalls the processes, the database and the answers, drawn from a seed. Within a round each connection meets one
// fault: all processes are struck at the same moment, answers are spoilt only for connections that were not under way
// then, and a round ends when everything is repaired. That is what the protocol promises to survive without loss.

export type Blow = { readonly kind: 'kill' } | { readonly kind: 'freeze'; readonly ms: number }

export type Round = {
  readonly dialect: Dialect
  /** Slow answers, so that many refreshes are under way when the blow falls. */
  readonly delays: readonly NewFault[]
  /** From the moment when everyone asks to the blow. */
  readonly pauseMs: number
  /** The half of the connections for which no one asks after the blow: only the rescuer looks after them. */
  readonly idleHalf: 0 | 1
} & (
  | {
      readonly kind: 'processes'
      readonly blows: readonly Blow[]
      readonly spoilt: readonly NewFault[]
      /** Each process that was not frozen is replaced while the interrupted rotations wait for their rescue. */
      readonly deploy: boolean
    }
  | { readonly kind: 'database'; readonly downMs: number }
)

export type Plan = {
  readonly seed: number
  readonly kills: number
  readonly databaseKills: number
  readonly deploys: number
}

export function* roundsOf({ seed, kills, databaseKills, deploys }: Plan, processes: number): Generator<Round> {
  const random = seeded(seed)
  let killed = 0
  let databaseKilled = 0
  let deployed = 0
  for (let n = 0; killed < kills || databaseKilled < databaseKills; n++) {
    const common = {
      dialect: DIALECTS[n % DIALECTS.length] ?? 'tree',
      delays: Array.from({ length: 60 }, () => delay(random)),
      pauseMs: between(100, 1_300, random),
      idleHalf: random() < 0.5 ? 0 : 1,
    } as const
    // As many of the database's as are due, evenly among the others.
    if (killed >= kills || databaseKilled < Math.floor((killed / kills) * databaseKills)) {
      databaseKilled += 1
      yield {
        ...common,
        kind: 'database',
        downMs: random() < 0.3 ? between(3_000, 6_000, random) : between(0, 1_500, random),
      }
      continue
    }
    const blows = someoneAwake(Array.from({ length: processes }, () => blow(random)))
    const deploy = deployed < deploys && blows.some(({ kind }) => kind !== 'freeze')
    killed += blows.filter(({ kind }) => kind === 'kill').length
    if (deploy) deployed += 1
    yield { ...common, kind: 'processes', blows, deploy, spoilt: Array.from({ length: 6 }, () => spoil(random)) }
  }
}

function blow(random: () => number): Blow {
  return random() < 0.75 ? { kind: 'kill' } : { kind: 'freeze', ms: freezeMs(random) }
}

/** A fleet that sleeps whole past the window is an outage of everything, which no protocol repairs. */
function someoneAwake(blows: readonly Blow[]): readonly Blow[] {
  return blows.every(({ kind }) => kind === 'freeze') ? [...blows.slice(1), { kind: 'kill' }] : blows
}

function freezeMs(random: () => number): number {
  const dice = random()
  const { ms } = FREEZES.find(({ upTo }) => dice < upTo) ?? FREEZES[0]
  return between(ms[0], ms[1], random)
}

const FREEZES = [
  { upTo: 0.3, ms: [30, 400] }, // around the guard
  { upTo: 0.55, ms: [400, 4_000] }, // inside a lease
  { upTo: 0.85, ms: [5_000, 6_500] }, // past it
  { upTo: 0.97, ms: [8_000, 11_000] }, // past the window
  { upTo: 1, ms: [15_500, 18_000] }, // past the grace
] as const

/** Long enough to be struck by the blow, and over before any lease can expire. */
function delay(random: () => number): NewFault {
  const kind = random() < 0.5 ? ('delay_answer' as const) : ('delay_before' as const)
  const delayMs = between(50, 2_000, random)
  return { kind, delayMs, match: refresh, ...(kind === 'delay_before' && { evenIfGone: random() < 0.5 }) }
}

const refresh = { endpoint: 'token', grantType: 'refresh_token' } as const

/** What becomes of one request and its answer, byte by byte. The account is chosen when the moment has come. */
function spoil(random: () => number): NewFault {
  const fault = pick(SPOILT, random)
  return { ...fault, match: refresh }
}

const SPOILT: readonly NewFault[] = [
  { kind: 'drop_before' },
  { kind: 'reset_before' },
  { kind: 'status', status: 429 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, body: '<h1>unavailable</h1>', contentType: 'text/html' },
  { kind: 'redirect', status: 307 },
  { kind: 'drop_after' },
  { kind: 'reset_after' },
  { kind: 'status_after', status: 500 },
  { kind: 'status_after', status: 502 },
  { kind: 'truncate' },
  { kind: 'wrong_length' },
  { kind: 'malformed_json' },
  { kind: 'html' },
  { kind: 'empty' },
  { kind: 'null_body' },
  { kind: 'array_body' },
  { kind: 'huge' },
  // Past the 3.75 s of an attempt, and over before the lease is.
  { kind: 'delay_answer', delayMs: 4_000 },
  { kind: 'slow_drip', delayMs: 20 },
]

const between = (min: number, max: number, random: () => number) => Math.round(min + (max - min) * random())
