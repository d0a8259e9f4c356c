import { type Fault, faultsAt, type Moment } from './faults'
import { dialects } from './model-upstream'
import type { OutageOptions } from './outage'
import { runSchedule, type Schedule } from './schedule'
import { trafficPatterns } from './traffic'

/** Every setting of the modeled Airwallex, each with every traffic pattern. */
export function settings(seed: number): Schedule[] {
  const both = [true, false]
  return dialects.flatMap((dialect) =>
    both.flatMap((refusesConcurrent) =>
      both.flatMap((rotationEndsAccessToken) =>
        trafficPatterns.map((traffic) => {
          return { seed, dialect, refusesConcurrent, rotationEndsAccessToken, traffic, faults: [] }
        }),
      ),
    ),
  )
}

/**
 * Every schedule with one fault: each fault at every moment of a run that goes well, in each dialect, with and without
 * the 429, under each traffic. Of the two answers to whether a rotation ends the access token each fault meets one, its
 * neighbors the other, and with the next seed the other way round.
 */
export async function singleFaultSchedules(seed: number): Promise<Schedule[]> {
  const schedules: Schedule[] = []
  for (const setting of settings(seed)) {
    const { moments, violations } = await runSchedule(setting)
    const [violation] = violations
    if (violation)
      throw new Error(`Without any fault: ${violation.rule} ${violation.detail} ${JSON.stringify(setting)}`)
    const faults = moments.flatMap((moment, at) => faultsAt(at, moment))
    const parity = (seed + Number(setting.rotationEndsAccessToken)) % 2
    faults.forEach((fault, index) => {
      if (index % 2 === parity) schedules.push({ ...setting, faults: [fault] })
    })
  }
  return schedules
}

/** So many of them, spread evenly; another seed takes others. */
export function spread<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  if (count >= items.length) return [...items]
  const step = items.length / count
  const offset = (seed * 0.618034) % 1
  return Array.from({ length: count }, (_, n) => items[Math.floor((n + offset) * step)] as Item)
}

/**
 * Pairs that one fault alone cannot show: a process stops with an answer in its hands while another takes its place.
 * `invalid_grant` while another process rotated (F23) is one of them.
 */
export async function directedSchedules(seed: number): Promise<Schedule[]> {
  const schedules: Schedule[] = []
  const believed = { unprocessed: 'invalid_grant' } as const
  const fates: Extract<Fault, { kind: 'request' }>['fate'][] = [
    believed,
    { unprocessed: 'error_500' },
    { processed: 'no_refresh_token' },
    { unprocessed: 'rate_limited' },
    'answer_lost',
  ]
  for (const setting of settings(seed)) {
    const { moments } = await runSchedule(setting)
    const before = firstRefresh(moments)
    const sender = moments[before]?.process
    const after = moments.findIndex(({ process, port, side }) => {
      return process === sender && port === 'refresh' && side === 'after'
    })
    for (const fate of fates) {
      for (const until of ['claim', 'mark', 'sent', 'commit'] as const) {
        // Before anyone else has sent, an `invalid_grant` is to be believed (F22).
        if (until === 'claim' && fate === believed) continue
        const answered: Fault = { kind: 'request', fate, at: before }
        schedules.push({ ...setting, faults: [answered, { kind: 'freeze_until', until, at: after }] })
      }
    }
  }
  return schedules
}

/**
 * The strict rule (`TOKEN_LATE_PROBE=off`) loses what an outage longer than the window made ambiguous. What Airwallex
 * refuses to process is not ambiguous, however long it lasts (F17, F24), nor is what never left.
 */
export async function strictSchedules(seed: number): Promise<Schedule[]> {
  const schedules: Schedule[] = []
  for (const setting of settings(seed)) {
    const strict = { ...setting, lateProbe: false }
    const { moments } = await runSchedule(strict)
    const connecting = moments.findIndex(({ port, side }) => port === 'connect' && side === 'before')
    for (const ms of [30_000, 60_000, 180_000]) {
      for (const how of ['rate_limited', 'invalid_client', 'unauthorized_client'] as const) {
        schedules.push({ ...strict, faults: [{ kind: 'upstream', how, ms, at: firstRefresh(moments) }] })
      }
      schedules.push({ ...strict, faults: [{ kind: 'upstream', how: 'unreachable', ms, at: connecting }] })
    }
  }
  return schedules
}

/** Airwallex away for a minute while many connections come due: F31, small. */
export function outages(seed: number): OutageOptions[] {
  const hows = ['error_503', 'silent', 'unreachable'] as const
  return hows.map((how) => ({ connections: 60, outageMs: 60_000, how, seed }))
}

function firstRefresh(moments: readonly Moment[]): number {
  return moments.findIndex(({ port, side }) => port === 'refresh' && side === 'before')
}
