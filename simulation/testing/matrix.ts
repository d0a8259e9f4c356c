import { expect } from 'vitest'
import type { Fault, Moment, Shape } from '../faults'
import type { EntryOf } from '../journal'
import type { Side } from '../model-process'
import { dialects } from '../model-upstream'
import { runSchedule, type Schedule, type ScheduleResult } from '../schedule'
import type { Traffic } from '../traffic'

/** Where a fault strikes: at the first such moment, or at every moment of the run. */
type Place = readonly [port: string, side: Side] | 'everywhere'

export type Told = ScheduleResult & { readonly schedule: Schedule; readonly sends: number; readonly rotations: number }

/**
 * Lets each fault strike alone, in all four dialects, and expects that nothing is lost, nothing superseded is sent and
 * the connection is back in time. Gives the runs, for what else the row asks.
 */
export async function surviveEach(
  places: readonly Place[],
  shapes: readonly Shape[],
  change: Partial<Schedule> & { readonly traffic?: Traffic } = {},
): Promise<Told[]> {
  const told: Told[] = []
  for (const dialect of dialects) {
    const setting = settingOf({ dialect, ...change })
    const { moments } = await runSchedule(setting)
    for (const at of places.flatMap((place) => indexes(moments, place))) {
      for (const shape of shapes) told.push(await survive({ ...setting, faults: [{ ...shape, at } as Fault] }))
    }
  }
  expect(told.length).toBeGreaterThan(0)
  return told
}

/** Runs one schedule, several faults or one, and expects no violation. */
export async function survive(schedule: Schedule): Promise<Told> {
  const told = await tell(schedule)
  const replay = JSON.stringify(schedule)
  expect(told.violations.map(({ rule, detail }) => `${rule} ${detail} ${replay}`)).toEqual([])
  return told
}

export async function tell(schedule: Schedule): Promise<Told> {
  const result = await runSchedule(schedule)
  const { journal } = result
  const sends = journal.filter((entry): entry is EntryOf<'send'> => entry.kind === 'send')
  return {
    ...result,
    schedule,
    sends: sends.length,
    rotations: sends.filter(({ upstream }) => upstream.rotated).length,
  }
}

export function settingOf(change: Partial<Schedule>): Schedule {
  return {
    seed: 1,
    dialect: 'tree',
    refusesConcurrent: true,
    rotationEndsAccessToken: false,
    traffic: 'crowd',
    faults: [],
    ...change,
  }
}

export function indexes(moments: readonly Moment[], place: Place): number[] {
  if (place === 'everywhere') return moments.map((_, index) => index)
  const [port, side] = place
  const index = moments.findIndex((moment) => moment.port === port && moment.side === side)
  if (index < 0) throw new Error(`The run has no moment ${side} ${port}`)
  return [index]
}

/** How the one connection of a schedule stands in the end. */
export function restOf({ journal }: Pick<ScheduleResult, 'journal'>): EntryOf<'rest'> {
  const rest = journal.find((entry): entry is EntryOf<'rest'> => entry.kind === 'rest')
  if (!rest) throw new Error('The run did not end')
  return rest
}

export const seconds = (...values: number[]) => values.map((value) => value * 1_000)
