import { describe, expect, it } from 'vitest'
import { markedRow, NOW, rowWith } from '@/lib/rotation/testing/rows'
import type { CredentialRow } from './row'
import { type KeepAliveScanArgs, selectForKeepAlive, selectForRescue } from './scans'

const ids = (keys: readonly { connectionId: string }[]) => keys.map(({ connectionId }) => connectionId)
const lost = (connectionId: string, agoMs: number, change: Partial<CredentialRow> = {}) =>
  markedRow(agoMs, { connectionId, leaseUntil: null, ...change })

describe('the rescue scan', () => {
  const scan = (rows: CredentialRow[], limit = 100) =>
    ids(selectForRescue(rows, { windowMs: 40_000, limit, pastWindowLimit: 2 }, NOW))

  it('finds those inside the window first, oldest first, then a few past it', () => {
    const rows = [lost('d', 50_000), lost('b', 10_000), lost('a', 40_000), lost('c', 60_000), lost('e', 45_000)]
    expect(scan(rows)).toEqual(['a', 'b', 'c', 'd'])
    expect(scan(rows, 1)).toEqual(['a', 'c', 'd'])
  })
  it.each<[string, CredentialRow]>([
    ['never sent', rowWith()],
    ['held', lost('a', 1, { leaseUntil: NOW + 1 })],
    ['not due', lost('a', 1, { nextAttemptAt: NOW + 1 })],
    ['quarantined', lost('a', 1, { quarantinedAt: NOW })],
    ['not active', lost('a', 1, { status: 'disconnected' })],
  ])('leaves out a row that is %s', (_, row) => expect(scan([row])).toEqual([]))
  it('finds a few that did not open, those first that wait for longest', () => {
    const shut = (connectionId: string, dueAgoMs: number) =>
      rowWith({ connectionId, unreadableSince: NOW - 90_000, nextAttemptAt: NOW - dueAgoMs })
    expect(scan([shut('a', 1), shut('b', 9), shut('c', 5), shut('d', -1), lost('e', 9)])).toEqual(['e', 'b', 'c'])
  })
  it('finds frozen rows: an interrupted attempt is finished', () => {
    expect(scan([lost('a', 1, { frozenAt: NOW })])).toEqual(['a'])
  })
})

describe('the keep-alive scan', () => {
  const due = (change: Partial<CredentialRow> = {}) => rowWith({ keepAliveAt: NOW, ...change })
  const select = (rows: CredentialRow[], args: KeepAliveScanArgs, frozen = false) =>
    selectForKeepAlive(
      rows.map((row) => ({ row, frozen })),
      args,
      NOW,
    )
  const scan = (row: CredentialRow, frozen = false) => ids(select([row], { after: null, limit: 10 }, frozen))

  it('finds idle connections, their access tokens long expired', () => {
    expect(scan(due({ accessTokenExpiresAt: NOW - 86_400_000 }))).toEqual(['c'])
  })
  it.each<[string, Partial<CredentialRow>]>([
    ['not due yet', { keepAliveAt: NOW + 1 }],
    ['not active', { status: 'reauthorization_required' }],
    ['quarantined', { quarantinedAt: NOW }],
    ['held', { leaseUntil: NOW + 1 }],
    ['backing off', { nextAttemptAt: NOW + 1 }],
  ])('leaves out a row that is %s', (_, change) => expect(scan(due(change))).toEqual([]))
  it('leaves out what is frozen', () => expect(scan(due(), true)).toEqual([]))
  it('goes on behind what it brought, those that are due for longest first, each once', () => {
    const at = (connectionId: string, agoMs: number) => due({ connectionId, keepAliveAt: NOW - agoMs })
    const rows = [at('d', 5), at('b', 9), at('c', 5), at('a', 7)]
    const first = select(rows, { after: null, limit: 3 })
    expect(ids(first)).toEqual(['b', 'a', 'c'])
    expect(ids(select(rows, { after: first.at(-1) ?? null, limit: 3 }))).toEqual(['d'])
  })
})
