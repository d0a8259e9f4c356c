import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classify, DIALECTS, type Dialect, type Figures, type Grant, refresh, startGrant } from './grants'

const figuresOf = (dialect: Dialect): Figures => ({ dialect, graceMs: 60_000, refreshTokenMs: 60 * 86_400_000 })

/** Any client at all: presents one of the tokens ever issued, some seconds after the last time. */
const presentations = fc.array(
  fc.record({ pick: fc.nat(), pauseSeconds: fc.oneof(fc.nat({ max: 70 }), fc.constantFrom(59, 60, 61, 400)) }),
  { maxLength: 40 },
)

describe.each(DIALECTS)('under any client, the %s dialect', (dialect) => {
  const figures = figuresOf(dialect)

  it('never rotates for a token past its grace, and never comes back from the dead', () => {
    fc.assert(
      fc.property(presentations, (steps) => {
        let grant: Grant = startGrant(0, figures)
        let now = 0
        for (const { pick, pauseSeconds } of steps) {
          now += pauseSeconds * 1000
          const serial = 1 + (pick % grant.lastSerial)
          const tokenClass = classify(grant, serial, now, figures)
          const wasDead = grant.endedBy !== null
          const result = refresh(grant, serial, now, figures)
          if (tokenClass === 'previous_after_grace') expect(result.outcome).toEqual({ kind: 'breach' })
          if (wasDead) expect(result.outcome).toEqual({ kind: 'refused', reason: 'dead_grant' })
          if (result.outcome.kind === 'breach') expect(result.grant.endedBy).toBe('refresh_token_reuse')
          if (result.outcome.kind === 'rotated') {
            expect(classify(result.grant, result.outcome.serial, now, figures)).toBe('current')
          }
          grant = result.grant
        }
      }),
    )
  })

  it('keeps a client that always uses its newest answer, whichever single answers get lost', () => {
    // At most one lost answer for each rotation, retried inside the grace; rotations five minutes apart.
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 1, max: 59 }), { nil: null }), { maxLength: 30 }), (losses) => {
        let grant: Grant = startGrant(0, figures)
        let now = 0
        let held = 1
        for (const retryAfterSeconds of losses) {
          let result = refresh(grant, held, now, figures)
          if (retryAfterSeconds !== null) {
            now += retryAfterSeconds * 1000
            expect(classify(result.grant, held, now, figures)).toBe('previous_in_grace')
            result = refresh(result.grant, held, now, figures)
          }
          const { outcome } = result
          if (outcome.kind !== 'rotated' && outcome.kind !== 'replayed') throw new Error(`lost: ${outcome.kind}`)
          held = outcome.serial
          grant = result.grant
          now += 300_000
        }
        expect(grant.endedBy).toBeNull()
      }),
    )
  })

  it('remembers a bounded number of tokens of a well-behaved client', () => {
    let grant: Grant = startGrant(0, figures)
    for (let rotation = 1; rotation <= 1000; rotation += 1) {
      grant = refresh(grant, rotation, rotation * 240_000, figures).grant
    }
    expect(grant.lastSerial).toBe(1001)
    expect(grant.tokens.length).toBeLessThanOrEqual(3)
  })

  it('remembers a bounded number of tokens of a client that rotates without pause', () => {
    let grant: Grant = startGrant(0, figures)
    for (let rotation = 1; rotation <= 1000; rotation += 1) grant = refresh(grant, rotation, rotation, figures).grant
    expect(grant.lastSerial).toBe(1001)
    expect(grant.tokens.length).toBeLessThanOrEqual(32)
    expect(classify(grant, 1001, 1001, figures)).toBe('current')
    expect(classify(grant, 1000, 1001, figures)).toBe('previous_in_grace')
  })
})
