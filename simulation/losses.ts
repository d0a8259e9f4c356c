import { figures } from '@/lib/rotation/figures'
import type { Violation } from './checker'
import type { FaultKind } from './faults'
import type { Strike } from './inject'
import type { Entry, EntryOf } from './journal'
import type { Dialect } from './model-upstream'

/** A connection that had to be reauthorized though no one had ended its grant. */
export type Loss = {
  readonly connection: string
  /** Which known limit of docs/rotation.md it was, or what of the protocol failed. */
  readonly name: string
  readonly avoidable: boolean
}

/** What each fault keeps from happening; those that are missing here delay nothing that repairs. */
const obstacles: Partial<Record<FaultKind, string>> = {
  kill: 'a process stopped',
  killed_in_flight: 'a process stopped',
  freeze: 'a process stopped',
  host_pause: 'a process stopped',
  freeze_until: 'a process stopped',
  statement: 'the database away',
  database_down: 'the database away',
  database_clock: 'the database clock set',
  request: 'an answer lost or spoilt',
  upstream: 'Airwallex away',
}

/** A dead process is replaced by whoever finds its lease expired; a spoilt answer is known by the time-out at the latest. */
const lastsAtLeastMs: Partial<Record<FaultKind, number>> = {
  kill: figures.leaseMs + figures.tickMs,
  killed_in_flight: figures.leaseMs + figures.tickMs,
  request: figures.attemptMs,
}

/**
 * Every loss of a run with several faults. One fault is always survived, so a loss is avoidable unless at least two of
 * them stood in the way while the lost answer could still be stored or had again: during the grace minute, or, where
 * its holder lived, until the grant was given up.
 */
export function lossesOf(journal: readonly Entry[], strikes: readonly Strike[], dialect: Dialect): Loss[] {
  const lost = journal.filter((entry): entry is EntryOf<'rest'> => entry.kind === 'rest' && isLost(entry, journal))
  return lost.map(({ connection }) => {
    const rotated = unstoredRotations(journal, connection)
    const [first] = rotated
    if (first === undefined) return { connection, name: 'nothing was ever rotated', avoidable: true }
    if (dialect === 'linear' && rotated.length > 1) {
      return { connection, name: 'two lost answers in the linear dialect', avoidable: false }
    }
    const givenUp = journal.findLast((entry) => entry.kind === 'ended' && entry.connection === connection)
    const until = Math.max(first + figures.graceMs, givenUp?.at ?? 0)
    const inTheWay = strikes.flatMap(({ kind, ...strike }) => {
      const obstacle = strike.connection === null || strike.connection === connection ? obstacles[kind] : undefined
      const passedAt = Math.max(strike.until, strike.from + (lastsAtLeastMs[kind] ?? 0))
      return obstacle && strike.from < until && passedAt >= first ? [obstacle] : []
    })
    const name = [...new Set(inTheWay)].sort().join(', ')
    return inTheWay.length < 2
      ? { connection, name: `against one fault: ${name || 'none'}`, avoidable: true }
      : { connection, name: `against several faults in one grace minute: ${name}`, avoidable: false }
  })
}

/** What the checker found that no known limit explains: the losses above, and a lease that a clock cut short. */
export function unexplained(violations: readonly Violation[], losses: readonly Loss[], strikes: readonly Strike[]) {
  const lost = new Set(losses.flatMap(({ avoidable, connection }) => (avoidable ? [] : [connection])))
  const wasClockSet = (at: number) =>
    strikes.some(({ kind, from }) => kind === 'database_clock' && from < at && at < from + figures.attemptMs)
  return violations.filter(({ rule, connection, at }) => {
    if (rule === 'lost') return !lost.has(connection)
    return rule !== 'concurrent_send' || !wasClockSet(at)
  })
}

function isLost({ status, storedIsLive, connection }: EntryOf<'rest'>, journal: readonly Entry[]): boolean {
  if (status === 'disconnected') return false
  if (status === 'active' && storedIsLive) return false
  return !journal.some((entry) => entry.kind === 'ended_at_airwallex' && entry.connection === connection)
}

/** When Airwallex rotated for this connection, a late probe included, and no one stored what it issued. */
function unstoredRotations(journal: readonly Entry[], connection: string): number[] {
  const mine = journal.filter((entry) => entry.connection === connection)
  const stored = mine.findLastIndex(({ kind }) => kind === 'commit' || kind === 'reauthorized')
  return mine.slice(stored + 1).flatMap((entry) => (entry.kind === 'send' && entry.upstream.rotated ? [entry.at] : []))
}
