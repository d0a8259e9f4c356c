import type { ConnectionKey } from '@/lib/rotation/row'
import { check, type Violation } from './checker'
import type { UnprocessedAnswer } from './model-answers'
import type { ModelProcess } from './model-process'
import { type ModelWorld, modelWorld } from './model-world'

export type OutageOptions = {
  readonly connections: number
  readonly outageMs: number
  readonly how: 'unreachable' | 'silent' | UnprocessedAnswer
  readonly seed: number
}

export type OutageResult = {
  /** Connections that had sent without an answer when it began, and those that ever had during it. */
  readonly inFlight: number
  readonly ambiguous: number
  /** Refresh requests that came while it lasted. */
  readonly sends: number
  readonly ended: number
  /** From its end until every connection that was due had its new pair. */
  readonly drainedAfterMs: number
  readonly violations: readonly Violation[]
}

const BEFORE_MS = 10_000
const POLL_MS = 8_000
const PATIENCE_MS = 300_000
const ACCESS_MS = 300_000

/** F31: Airwallex is away for minutes while connection after connection comes due; callers never stop asking. */
export async function runOutage({ connections, outageMs, how, seed }: OutageOptions): Promise<OutageResult> {
  const world = modelWorld({ seed, dialect: 'tree' })
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
    const inFlight = keys.filter(isAmbiguous).length
    const sentBefore = sent()
    const endsAt = time.now() + outageMs
    begin(world, how)
    while (time.now() < endsAt) {
      for (const key of keys) if (isAmbiguous(key)) ambiguous.add(key.connectionId)
      await time.sleep(100)
    }
    const sends = sent() - sentBefore
    end(world)
    const isDrained = (key: ConnectionKey) => store.row(key).generation > 1 && !isAmbiguous(key)
    while (!keys.every(isDrained) && time.now() < endsAt + PATIENCE_MS) await time.sleep(250)
    const drainedAfterMs = time.now() - endsAt
    world.rest()
    const ended = keys.filter((key) => store.row(key).status !== 'active').length
    return { inFlight, ambiguous: ambiguous.size, sends, ended, drainedAfterMs, violations: check(world.journal) }
  }
  return time.until(run())
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
