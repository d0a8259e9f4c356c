import { describe, expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import { dialects } from './model-upstream'
import { runPartial } from './partial'

const hour = { partialMs: 3_600_000, fault: null, seed: 3 } as const

describe('an Airwallex that fails one connection, with a healthy canary and healthy others', () => {
  it.each(['error_500', 'error_503', 'unknown_403', 'html_404', 'silent'] as const)(
    'ends no grant for an hour of %s, sends at most 60 times, and has its token once that is over',
    async (how) => {
      for (const dialect of dialects) {
        const { violations, journal, sends } = await runPartial({ ...hour, how, dialect })
        expect(violations).toEqual([])
        expect(sends).toBeGreaterThan(10)
        expect(sends).toBeLessThanOrEqual(60)
        expect(journal.filter(({ kind }) => kind === 'ended')).toEqual([])
      }
    },
  )

  it('pauses longer after each send past the window, up to five minutes', async () => {
    const { journal } = await runPartial({ ...hour, how: 'error_503', dialect: 'tree' })
    const sends = journal.filter(({ kind, connection }) => kind === 'send' && connection === 'c0').map(({ at }) => at)
    const startMs = sends[0] ?? 0
    const late = sends.filter((at) => at > startMs + figures.windowMs)
    const pauses = late.map((at, n) => at - (late[n - 1] ?? at)).filter((ms) => ms > 5_000)
    const overheadMs = figures.probeWaitMs + 2 * figures.tickMs
    expect(Math.max(...pauses)).toBeLessThan(figures.probePauseMaxMs + overheadMs)
    expect(pauses.filter((ms) => ms >= figures.probePauseMaxMs).length).toBeGreaterThan(5)
    const growing = pauses.filter((ms) => ms < figures.probePauseMaxMs)
    expect(growing).toEqual(growing.toSorted((a, b) => a - b))
  })

  it.each(['unknown_401', 'invalid_client'] as const)(
    'keeps the breaker closed and the others served while it answers one connection %s',
    async (how) => {
      for (const dialect of dialects) {
        const { violations } = await runPartial({ ...hour, partialMs: 600_000, how, dialect })
        expect(violations).toEqual([])
      }
    },
  )
})
