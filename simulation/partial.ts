import { figures } from '@/lib/rotation/figures'
import type { ConnectionKey } from '@/lib/rotation/row/row'
import { check, type Rule, type Violation } from './checker'
import type { Fault } from './faults'
import { inject, type Strike } from './inject'
import type { Entry } from './journal'
import type { UnprocessedAnswer } from './model-answers'
import type { ModelProcess } from './model-process'
import { type Dialect, dialects } from './model-upstream'
import { type ModelWorld, modelWorld } from './model-world'
import type { Mutation } from './mutation'
import { oneCall } from './traffic'

/**
 * Several connections, one of which Airwallex answers differently for so long, while the others and the canary are well
 * (`how`), or that meet one fault of the deployment (`fault`).
 */
export type Partial = {
  readonly partialMs: number
  readonly how: 'silent' | UnprocessedAnswer | null
  readonly fault: Fault | null
  readonly dialect: Dialect
  readonly seed: number
}

export type PartialResult = {
  readonly violations: readonly Violation[]
  readonly journal: readonly Entry[]
  readonly strikes: readonly Strike[]
  readonly moments: number
  /** Refresh requests of the connection that was struck in the first hour. */
  readonly sends: number
}

const CONNECTIONS = 4
const POLL_MS = 9_000
const HOUR_MS = 3_600_000
const SETTLES_MS = 120_000
const SENDS_PER_HOUR = 60
/** Whatever else is answered was not processed for certain, and is paced by its own back-off. */
const inDoubt: readonly Partial['how'][] = ['silent', 'error_500', 'error_503', 'unknown_403', 'html_404', 'moved_302']

export function partials(seed: number): Partial[] {
  const hows = [...inDoubt, 'unknown_401', 'invalid_client', 'unauthorized_client'] as const
  return hows.flatMap((how, n) =>
    [60_000, 200_000, 3_000_000].map((partialMs, m) => {
      const dialect = dialects[(seed + n + m) % dialects.length] as Dialect
      return { partialMs, how, fault: null, dialect, seed }
    }),
  )
}

export async function runPartial(partial: Partial, mutation: Mutation = {}): Promise<PartialResult> {
  const { partialMs, how, fault, dialect, seed } = partial
  const world = modelWorld({ seed, dialect, mutation })
  const { time, upstream, store } = world
  const processes = ['p1', 'p2', 'p3'].map((name) => world.process(name))
  world.worker('w1', 1_000)
  world.worker('w2', 3_500)
  const keys = Array.from({ length: CONNECTIONS }, (_, n) => world.connection(`c${n}`, { leftMs: n * 20_000 }))
  const [struck] = keys as [ConnectionKey]
  const startMs = time.now()
  const endsMs = startMs + partialMs
  const injected = inject(world, keys, fault ? [fault] : [])
  const violations: Violation[] = []
  const report = (rule: Rule, connection: string, detail: string) =>
    violations.push({ rule, at: time.now(), connection, detail })

  if (how !== null) {
    const struckGrant = `${world.storedRefreshToken(struck)?.split('-').slice(0, 2).join('-')}-`
    upstream.fate = (_, token) => {
      if (time.now() >= endsMs || !token.startsWith(struckGrant)) return 'ok'
      return how === 'silent' ? 'lost' : { unprocessed: how }
    }
  }
  keys.forEach((key, n) => {
    for (const process of [processes[n % 3], processes[(n + 1) % 3]] as ModelProcess[]) {
      void polls(world, process, key, (kind) => {
        if (how === null || key === struck || kind === 'token') return
        report('outage_spread', key.connectionId, `${kind} while only ${struck.connectionId} is refused`)
      })
    }
  })

  const isUnsettled = (key: ConnectionKey) => store.row(key).firstSentAt !== null || store.row(key).generation === 1
  let sends = 0
  const run = async () => {
    while (time.now() < endsMs) {
      if (time.now() <= startMs + HOUR_MS) sends = sentOf(world, struck)
      await time.sleep(1_000)
      const { state } = store.breaker()
      if (how !== null && state !== 'closed') report('outage_spread', struck.connectionId, `the breaker is ${state}`)
    }
    const patienceMs = () => Math.max(endsMs, injected.busyUntil()) + figures.probePauseMaxMs + SETTLES_MS
    while ((keys.some(isUnsettled) || time.now() < injected.busyUntil()) && time.now() < patienceMs()) {
      await time.sleep(500)
    }
    for (const key of keys.filter(isUnsettled)) report('too_slow', key.connectionId, 'not renewed after the end')
    world.rest()
  }
  await time.until(run())
  const isTooMany = how !== null && inDoubt.includes(how) && sends > SENDS_PER_HOUR
  if (isTooMany) report('send_storm', struck.connectionId, `${sends} in the first hour`)
  const all = [...check(world.journal), ...violations]
  return { violations: all, journal: world.journal, strikes: injected.strikes, moments: injected.moments.length, sends }
}

/** Whether or not they arrived. */
function sentOf({ observed }: ModelWorld, { connectionId }: ConnectionKey): number {
  return observed.filter((one) => one.kind === 'sent' && one.key.connectionId === connectionId).length
}

async function polls(
  world: ModelWorld,
  process: ModelProcess,
  key: ConnectionKey,
  told: (kind: string) => void,
): Promise<void> {
  for (;;) {
    await world.time.sleep(POLL_MS * (0.8 + 0.4 * world.random())).then(process.running)
    told((await oneCall(world, process, key)).kind)
  }
}
