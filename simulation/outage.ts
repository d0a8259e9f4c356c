import { figures } from '@/lib/rotation/figures'
import type { ConnectionKey, CredentialRow } from '@/lib/rotation/row/row'
import { check, type Violation } from './checker'
import type { Entry } from './journal'
import type { UnprocessedAnswer } from './model-answers'
import type { ModelProcess } from './model-process'
import { type ModelWorld, modelWorld } from './model-world'
import type { Mutation } from './mutation'

export type OutageOptions = {
  readonly connections: number
  readonly outageMs: number
  readonly how: 'unreachable' | 'silent' | UnprocessedAnswer
  readonly seed: number
}

export type OutageResult = {
  /** Connections that had sent without an answer when it showed, and those that ever had during it. */
  readonly inFlight: number
  readonly ambiguous: number
  /** Refresh requests that came while it lasted. */
  readonly sends: number
  readonly ended: number
  /** From its end until every connection that was due had its new pair. */
  readonly drainedAfterMs: number
  readonly violations: readonly Violation[]
  readonly journal: readonly Entry[]
}

/** What F31 asks beyond the checker's rules. */
const DRAINED_WITHIN_MS = 60_000

const BEFORE_MS = 10_000
const POLL_MS = 8_000
const PATIENCE_MS = 300_000
const ACCESS_MS = 300_000

/**
 * F31: Airwallex is away for minutes while connection after connection comes due; callers never stop asking.
 * One that answers nothing shows only when the first attempt has timed out; what went out until then was in flight.
 */
export async function runOutage(
  { connections, outageMs, how, seed }: OutageOptions,
  mutation: Mutation = {},
): Promise<OutageResult> {
  const world = modelWorld({ seed, dialect: 'tree', mutation })
  const { time, store, upstream, random } = world
  const processes = ['p1', 'p2', 'p3', 'p4'].map((name) => world.process(name))
  world.worker('w1', 1_000)
  world.worker('w2', 3_500)
  const keys = Array.from({ length: connections }, (_, n) =>
    world.connection(`c${n}`, { leftMs: random() * ACCESS_MS }),
  )
  keys.forEach((key, n) => void asks(world, processes[n % processes.length] as ModelProcess, key))

  const isAmbiguous = ({ connectionId }: ConnectionKey) => store.rows.get(connectionId)?.firstSentAt != null
  const ambiguous = new Set<string>()
  const sent = () => upstream.journal.length

  const run = async (): Promise<OutageResult> => {
    await time.sleep(BEFORE_MS)
    const sentBefore = sent()
    const beganAt = time.now()
    const endsAt = beganAt + outageMs
    let inFlight = keys.filter(isAmbiguous).length
    begin(world, how)
    while (time.now() < endsAt) {
      for (const key of keys) if (isAmbiguous(key)) ambiguous.add(key.connectionId)
      if (how === 'silent' && time.now() <= beganAt + figures.attemptMs + figures.guardMs) inFlight = ambiguous.size
      await time.sleep(100)
    }
    const sends = sent() - sentBefore
    end(world)
    const due = keys.map((key) => store.row(key)).filter((row) => isDue(row, endsAt))
    const isDrained = (row: CredentialRow) => store.row(row).generation > row.generation && !isAmbiguous(row)
    while (!due.every(isDrained) && time.now() < endsAt + PATIENCE_MS) await time.sleep(250)
    const drainedAfterMs = time.now() - endsAt
    world.rest()
    const ended = keys.filter((key) => store.row(key).status !== 'active').length
    const { journal } = world
    const violations = [...check(journal), ...judged({ inFlight, ambiguous: ambiguous.size, drainedAfterMs }, endsAt)]
    return { inFlight, ambiguous: ambiguous.size, sends, ended, drainedAfterMs, violations, journal }
  }
  return time.until(run())
}

/** Someone waits for it, or it was interrupted. */
function isDue({ firstSentAt, accessTokenExpiresAt }: CredentialRow, at: number): boolean {
  return firstSentAt !== null || (accessTokenExpiresAt ?? 0) <= at + figures.marginMs
}

function judged(
  { inFlight, ambiguous, drainedAfterMs }: Pick<OutageResult, 'inFlight' | 'ambiguous' | 'drainedAfterMs'>,
  at: number,
): Violation[] {
  const allowed = inFlight + figures.breakerFailures
  const spread = { rule: 'outage_spread', at, connection: 'all', detail: `${ambiguous} instead of ${allowed}` } as const
  const slow = { rule: 'too_slow', at, connection: 'all', detail: `drained after ${drainedAfterMs} ms` } as const
  return [...(ambiguous > allowed ? [spread] : []), ...(drainedAfterMs > DRAINED_WITHIN_MS ? [slow] : [])]
}

function begin({ upstream }: ModelWorld, how: OutageOptions['how']): void {
  upstream.reachable = how !== 'unreachable'
  upstream.fate = () => (how === 'unreachable' ? 'ok' : how === 'silent' ? 'lost' : { unprocessed: how })
  upstream.canary = () => (how === 'silent' || how === 'unreachable' ? null : how)
}

function end({ upstream }: ModelWorld): void {
  upstream.reachable = true
  upstream.fate = () => 'ok'
  upstream.canary = () => 'invalid_request'
}

async function asks({ time, random }: ModelWorld, { rotation }: ModelProcess, key: ConnectionKey): Promise<void> {
  await time.sleep(random() * POLL_MS)
  for (;;) {
    await rotation.getAccessToken({ key, minTtlMs: 30_000, neededBy: 'model', rejectedGeneration: null }, () => {})
    await time.sleep(POLL_MS)
  }
}
