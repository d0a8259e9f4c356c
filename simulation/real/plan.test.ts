import { describe, expect, it } from 'vitest'
import { newFaultSchema } from '@/sandbox/faults/fault'
import { type Round, roundsOf } from './plan'
import { figures } from './scale'

const plan = { seed: 7, kills: 200, databaseKills: 20, deploys: 20 }
const rounds = [...roundsOf(plan, 4)]
const ofProcesses = rounds.filter((round): round is Extract<Round, { kind: 'processes' }> => round.kind === 'processes')
const blows = ofProcesses.flatMap((round) => round.blows)

describe('a plan of blows', () => {
  it('is the same for the same seed, and another for another', () => {
    expect([...roundsOf(plan, 4)]).toEqual(rounds)
    expect([...roundsOf({ ...plan, seed: 8 }, 4)]).not.toEqual(rounds)
  })

  it('has the kills, the kills of PostgreSQL and the deploys it was asked for, in all four dialects', () => {
    expect(blows.filter(({ kind }) => kind === 'kill').length).toBeGreaterThanOrEqual(plan.kills)
    expect(rounds.length - ofProcesses.length).toBe(plan.databaseKills)
    expect(ofProcesses.filter(({ deploy }) => deploy)).toHaveLength(plan.deploys)
    for (const kind of ['processes', 'database']) {
      const dialects = new Set(rounds.filter((round) => round.kind === kind).map(({ dialect }) => dialect))
      expect(dialects.size, kind).toBe(4)
    }
  })

  it('kills and freezes, from less than the guard to more than the grace', () => {
    const freezes = blows.flatMap((blow) => (blow.kind === 'freeze' ? [blow.ms] : []))
    expect(blows.length - freezes.length).toBeGreaterThan(freezes.length)
    const boundaries = [figures.guardMs, figures.leaseMs, figures.windowMs, figures.graceMs]
    for (const boundary of boundaries) {
      expect(freezes.some((ms) => ms < boundary) && freezes.some((ms) => ms > boundary), `${boundary} ms`).toBe(true)
    }
  })

  it('never freezes the whole fleet, and lets no delay outlast a lease', () => {
    for (const round of ofProcesses) expect(round.blows.some(({ kind }) => kind === 'kill')).toBe(true)
    const delays = rounds.flatMap((round) => round.delays)
    const spoilt = ofProcesses.flatMap((round) => round.spoilt)
    for (const fault of [...delays, ...spoilt]) {
      expect(newFaultSchema.parse(fault).delayMs ?? 0).toBeLessThan(
        figures.leaseMs - figures.connectMs - figures.guardMs,
      )
    }
    expect(new Set(spoilt.map(({ kind }) => kind)).size).toBeGreaterThan(15)
  })
})
