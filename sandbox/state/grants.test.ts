import { describe, expect, it } from 'vitest'
import { classify, DIALECTS, type Dialect, endGrant, type Figures, type Grant, refresh, startGrant } from './grants'

const DAY_MS = 86_400_000
const figuresOf = (dialect: Dialect): Figures => ({ dialect, graceMs: 60_000, refreshTokenMs: 60 * DAY_MS })

/** A grant that remembers itself between presentations; times in seconds. */
function chain(dialect: Dialect) {
  const figures = figuresOf(dialect)
  let grant: Grant = startGrant(0, figures)
  return {
    present(serial: number, seconds: number) {
      const result = refresh(grant, serial, seconds * 1000, figures)
      grant = result.grant
      return result.outcome
    },
    classOf: (serial: number, seconds: number) => classify(grant, serial, seconds * 1000, figures),
    end: () => {
      grant = endGrant(grant, 'disconnected_by_owner')
    },
    endedBy: () => grant.endedBy,
  }
}

describe.each(DIALECTS)('a grant in the %s dialect', (dialect) => {
  it('replaces the current refresh token at every use', () => {
    const grant = chain(dialect)
    expect(grant.present(1, 0)).toEqual({ kind: 'rotated', serial: 2, again: false })
    expect(grant.present(2, 400)).toEqual({ kind: 'rotated', serial: 3, again: false })
    expect(grant.classOf(3, 400)).toBe('current')
  })

  it('survives one lost answer: the previous token works within the grace and its answer goes on', () => {
    const grant = chain(dialect)
    grant.present(1, 0)
    const second = grant.present(1, 59)
    const serial = second.kind === 'rotated' || second.kind === 'replayed' ? second.serial : 0
    expect(grant.present(serial, 360)).toMatchObject({ kind: 'rotated' })
    expect(grant.endedBy()).toBeNull()
  })

  it('ends at the sixtieth second after the first use, not before', () => {
    const before = chain(dialect)
    before.present(1, 0)
    expect(before.classOf(1, 59.999)).toBe('previous_in_grace')
    expect(before.present(1, 59.999).kind).not.toBe('breach')

    const after = chain(dialect)
    after.present(1, 0)
    expect(after.classOf(1, 60)).toBe('previous_after_grace')
    expect(after.present(1, 60)).toEqual({ kind: 'breach' })
    expect(after.endedBy()).toBe('refresh_token_reuse')
    expect(after.classOf(2, 60)).toBe('of_dead_grant')
    expect(after.present(2, 61)).toEqual({ kind: 'refused', reason: 'dead_grant' })
  })

  it('counts the grace from the first use, not from the latest', () => {
    const grant = chain(dialect)
    grant.present(1, 0)
    grant.present(1, 50)
    expect(grant.present(1, 70)).toEqual({ kind: 'breach' })
  })

  it('takes a token whose successor was presented for a breach once its grace is over', () => {
    const grant = chain(dialect)
    grant.present(1, 0)
    grant.present(2, 400)
    grant.present(3, 800)
    expect(grant.classOf(1, 900)).toBe('older')
    expect(grant.present(1, 900)).toEqual({ kind: 'breach' })
  })

  it('refuses an expired or unknown token without ending the grant', () => {
    const grant = chain(dialect)
    expect(grant.present(1, 60 * 86_400)).toEqual({ kind: 'refused', reason: 'expired' })
    expect(grant.present(9, 0)).toEqual({ kind: 'refused', reason: 'unknown' })
    expect(grant.classOf(9, 0)).toBe('unknown')
    expect(grant.endedBy()).toBeNull()
    expect(grant.present(1, 60 * 86_400 - 1)).toMatchObject({ kind: 'rotated' })
  })

  it('restarts the life of the refresh token at every rotation', () => {
    const grant = chain(dialect)
    grant.present(1, 59 * 86_400)
    expect(grant.present(2, 118 * 86_400)).toMatchObject({ kind: 'rotated' })
  })

  it('refuses every token after its end', () => {
    const grant = chain(dialect)
    grant.end()
    expect(grant.classOf(1, 1)).toBe('of_dead_grant')
    expect(grant.present(1, 1)).toEqual({ kind: 'refused', reason: 'dead_grant' })
    expect(grant.endedBy()).toBe('disconnected_by_owner')
  })
})

describe('a second use inside the grace', () => {
  it('tree: makes an independent sibling, and all of them live', () => {
    const grant = chain('tree')
    grant.present(1, 0)
    expect(grant.present(1, 10)).toEqual({ kind: 'rotated', serial: 3, again: true })
    expect(grant.classOf(2, 20)).toBe('current')
    expect(grant.present(3, 20)).toMatchObject({ kind: 'rotated', serial: 4 })
    expect(grant.present(2, 5000)).toMatchObject({ kind: 'rotated', serial: 5 })
  })

  it('tree: still accepts it when a successor was presented, and calls it older', () => {
    const grant = chain('tree')
    grant.present(1, 0)
    grant.present(2, 10)
    expect(grant.classOf(1, 20)).toBe('older')
    expect(grant.present(1, 20)).toMatchObject({ kind: 'rotated', again: true })
  })

  it('same: answers the same successor again', () => {
    const grant = chain('same')
    grant.present(1, 0)
    expect(grant.present(1, 10)).toEqual({ kind: 'replayed', serial: 2 })
    expect(grant.present(1, 20)).toEqual({ kind: 'replayed', serial: 2 })
    expect(grant.present(2, 400)).toEqual({ kind: 'rotated', serial: 3, again: false })
  })

  it('newest: lets only the newest sibling live', () => {
    const grant = chain('newest')
    grant.present(1, 0)
    expect(grant.present(1, 10)).toEqual({ kind: 'rotated', serial: 3, again: true })
    expect(grant.classOf(2, 20)).toBe('older')
    expect(grant.classOf(3, 20)).toBe('current')
    expect(grant.present(2, 20)).toEqual({ kind: 'breach' })
  })

  it('newest: is refused, without a breach, once a successor was presented', () => {
    const grant = chain('newest')
    grant.present(1, 0)
    grant.present(2, 10)
    expect(grant.present(1, 20)).toEqual({ kind: 'refused', reason: 'successor_presented' })
    expect(grant.present(3, 400)).toMatchObject({ kind: 'rotated' })
  })

  it('linear: accepts the last but one', () => {
    const grant = chain('linear')
    grant.present(1, 0)
    expect(grant.present(1, 10)).toEqual({ kind: 'rotated', serial: 3, again: true })
    expect(grant.classOf(2, 20)).toBe('previous_in_grace')
    expect(grant.present(2, 20)).toEqual({ kind: 'rotated', serial: 4, again: true })
  })

  it('linear: does not survive two lost answers, a known limit', () => {
    const grant = chain('linear')
    grant.present(1, 0)
    grant.present(1, 10)
    expect(grant.classOf(1, 20)).toBe('previous_in_grace')
    expect(grant.present(1, 20)).toEqual({ kind: 'breach' })
  })

  it('linear: ends the token it issued past after the grace', () => {
    const grant = chain('linear')
    grant.present(1, 0)
    grant.present(1, 10)
    expect(grant.classOf(2, 70)).toBe('previous_after_grace')
    expect(grant.present(2, 70)).toEqual({ kind: 'breach' })
  })
})
