import { figures } from '@/lib/rotation/figures'
import type { Fault } from './faults'
import type { Entry } from './journal'
import type { Schedule } from './schedule'

/** F01-F06: a lease, a tick and a rotation. */
const RECOVERY_MS = 27_000
const KEEP_ALIVE_PASS_MS = 60_000
/** Step 11: a token that the API refuses is replaced at most once in 30 s. */
const FORCED_EVERY_MS = 30_000

/**
 * Within which time of a single fault the next pair must be stored; null where no one may wait for one: it is stored
 * already, the grant is over, or no one is left who wants a token.
 */
export function deadlineMs(schedule: Schedule, journal: readonly Entry[], struckAt: number): number | null {
  const [fault, another] = schedule.faults
  if (!fault || another) return null
  const before = journal.filter(({ at }) => at <= struckAt)
  const isStored = before.some(({ kind }) => kind === 'commit' || kind === 'reauthorized')
  if (isStored || fault.kind === 'disconnect' || fault.kind === 'owner_disconnects') return null

  const wasSent = before.some(({ kind }) => kind === 'send')
  if (schedule.traffic === 'lonely' && !wasSent) return null
  const passMs = schedule.traffic === 'idle' && !wasSent ? KEEP_ALIVE_PASS_MS : 0
  const forcedMs = schedule.traffic === 'forced' ? FORCED_EVERY_MS : 0
  return lastsMs(fault) + RECOVERY_MS + passMs + forcedMs
}

/** A process that thaws just before its rescue, without its answer, releases: the next tick finds the row. */
const THAWED_MS = figures.releaseMaxMs + figures.tickMs

/** How long recovery may not even begin. A dead process keeps no one else from it. */
export function lastsMs(fault: Fault): number {
  switch (fault.kind) {
    case 'database_down':
    case 'upstream':
    case 'frozen_by_hand':
      return fault.ms
    case 'database_clock':
      return Math.abs(fault.ms)
    case 'freeze':
    case 'freeze_until':
      return THAWED_MS
    // No one is left who could recover meanwhile.
    case 'host_pause':
      return fault.ms + THAWED_MS
    case 'statement':
      return typeof fault.fate === 'object' ? fault.fate.lateMs : 0
    default:
      return 0
  }
}
