import { describe, expect, it } from 'vitest'
import { judgeProgress } from './progress'

const now = new Date('2026-11-23T12:00:00Z')
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000)

describe('the progress of an authorization', () => {
  it('is its outcome as soon as there is one', () => {
    const row = { outcome: 'connected', consumedAt: after(-500), expiresAt: after(-1) } as const
    expect(judgeProgress(row, now)).toEqual({ kind: 'ended', outcome: 'connected' })
  })

  it('waits for the return from Airwallex until it expires', () => {
    const row = { outcome: null, consumedAt: null }
    expect(judgeProgress({ ...row, expiresAt: after(1) }, now)).toEqual({ kind: 'waiting' })
    expect(judgeProgress({ ...row, expiresAt: after(0) }, now)).toEqual({ kind: 'ended', outcome: 'expired' })
  })

  it('is finishing while the exchange can still end, and interrupted after', () => {
    const row = { outcome: null, expiresAt: after(-5) }
    expect(judgeProgress({ ...row, consumedAt: after(-89) }, now)).toEqual({ kind: 'finishing' })
    expect(judgeProgress({ ...row, consumedAt: after(-90) }, now)).toEqual({ kind: 'interrupted' })
  })
})
