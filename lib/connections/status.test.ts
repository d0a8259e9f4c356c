import { describe, expect, it } from 'vitest'
import { deriveStatus, type StatusColumns } from './status'

const now = new Date('2026-11-23T12:00:00Z')
const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000)
const row = (change: Partial<StatusColumns> = {}): StatusColumns => ({
  status: 'active',
  reason: null,
  statusSince: before(1_000),
  accessTokenExpiresAt: before(-200),
  ambiguousSince: null,
  attempts: 0,
  unreadableSince: null,
  frozenAt: null,
  quarantinedAt: null,
  ...change,
})

describe('deriveStatus', () => {
  it('calls an expired access token routine', () => {
    expect(deriveStatus(row(), now)).toEqual({ kind: 'active' })
    expect(deriveStatus(row({ accessTokenExpiresAt: before(86_400) }), now)).toEqual({ kind: 'active' })
  })

  it('is temporarily unavailable only while a refresh is in doubt or failing and the token is used up', () => {
    const ambiguous = { ambiguousSince: before(20) }
    expect(deriveStatus(row(ambiguous), now)).toEqual({ kind: 'active' })
    expect(deriveStatus(row({ ...ambiguous, accessTokenExpiresAt: before(-6) }), now)).toEqual({ kind: 'active' })
    const unavailable = deriveStatus(row({ ...ambiguous, accessTokenExpiresAt: before(-5) }), now)
    expect(unavailable).toEqual({ kind: 'temporarily_unavailable', since: now, cause: 'no_answer' })
    expect(deriveStatus(row({ ...ambiguous, accessTokenExpiresAt: before(300) }), now)).toEqual({
      kind: 'temporarily_unavailable',
      since: before(20),
      cause: 'no_answer',
    })
    expect(deriveStatus(row({ attempts: 2, accessTokenExpiresAt: before(10) }), now)).toEqual({
      kind: 'temporarily_unavailable',
      since: before(15),
      cause: 'no_answer',
    })
  })

  it('says that stored tokens do not open, from the moment that this is known', () => {
    expect(deriveStatus(row({ unreadableSince: before(3), attempts: 1 }), now)).toEqual({
      kind: 'temporarily_unavailable',
      since: before(3),
      cause: 'unreadable',
    })
  })

  it('says why it must be reauthorized, also where a newer release wrote the reason', () => {
    const required = { status: 'reauthorization_required', ambiguousSince: before(9) } as const
    expect(deriveStatus(row({ ...required, reason: 'role_lost' }), now)).toEqual({
      kind: 'reauthorization_required',
      reason: 'role_lost',
      since: before(1_000),
    })
    expect(deriveStatus(row({ ...required, reason: 'invented_later' }), now)).toMatchObject({ reason: 'unknown' })
  })

  it('says since when it is disconnected', () => {
    expect(deriveStatus(row({ status: 'disconnected' }), now)).toEqual({ kind: 'disconnected', at: before(1_000) })
  })

  it('shows quarantine over freeze over everything else', () => {
    const all = { status: 'disconnected', frozenAt: before(5), quarantinedAt: before(7) } as const
    expect(deriveStatus(row(all), now)).toEqual({ kind: 'quarantined', since: before(7) })
    expect(deriveStatus(row({ ...all, quarantinedAt: null }), now)).toEqual({ kind: 'frozen', since: before(5) })
    for (const over of ['workspaceFrozenAt', 'deploymentFrozenAt']) {
      expect(deriveStatus(row({ [over]: before(3) }), now)).toEqual({ kind: 'frozen', since: before(3) })
    }
  })
})
