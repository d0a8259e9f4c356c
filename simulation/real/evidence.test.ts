import { describe, expect, it } from 'vitest'
import { emptyVerdict } from '@/sandbox/state/verdict'
import { check } from '../checker'
import { disagreements } from './lineage-check'
import { newCounts } from './rounds'
import { type Evidence, entriesOf } from './sandbox-entries'
import { healthy, withChange } from './testing/small-evidence'
import { judge } from './verdict'

const rules = (evidence: Evidence) => check(entriesOf(evidence)).map(({ rule }) => rule)
const found = (evidence: Evidence) => {
  const { chain, writeAhead } = disagreements(evidence)
  return { chain: chain.map(({ what }) => what), writeAhead: writeAhead.map(({ what }) => what) }
}
const START = healthy.seeds[0]?.at ?? 0

describe('what the checker is told of real processes', () => {
  it('is nothing bad when a lost answer is repaired inside the grace', () => {
    expect(rules(healthy)).toEqual([])
    expect(entriesOf(healthy).map(({ kind }) => kind)).toEqual([
      'send',
      'commit',
      'token',
      'send',
      'send',
      'commit',
      'rest',
    ])
  })

  it.each([
    ['superseded_send', withChange('journal', 2, { refreshTokenClass: 'older' })],
    ['late_send', withChange('journal', 2, { refreshTokenClass: 'previous_after_grace' })],
    ['concurrent_send', withChange('journal', 2, { overlaps: 1 })],
    ['outdated_send', withChange('journal', 2, { presentedToken: 'r1' })],
    ['outdated_send', withChange('journal', 2, { presentedToken: 'never stored' })],
    ['stale_commit', withChange('lineage', 1, { issuedFingerprint: 'never issued' })],
    ['stale_commit', withChange('trail', 6, { generation: 1 })],
    ['expired_token', withChange('tokens', 0, { at: START + 11_200 })],
    ['expired_token', withChange('tokens', 0, { fingerprint: 'never issued' })],
    [
      'lost',
      { ...healthy, rest: healthy.rest.map((row) => ({ ...row, status: 'reauthorization_required' as const })) },
    ],
    ['lost_silently', { ...healthy, rest: healthy.rest.map((row) => ({ ...row, storedIsLive: false })) }],
    ['unfinished', { ...healthy, rest: healthy.rest.map((row) => ({ ...row, interrupted: true })) }],
    [
      'answer_refused',
      withChange('lineage', 1, { outcome: 'answer_dropped', committedAt: START + 1_190, generation: 2 }),
    ],
  ] as const)('shows %s', (rule, evidence) => {
    expect(rules(evidence)).toContain(rule)
  })

  it('lets a late probe come late', () => {
    const evidence = withChange('journal', 2, { refreshTokenClass: 'previous_after_grace' })
    const trail = evidence.trail.map((row, n) => (n === 5 ? { ...row, lateProbes: 1 } : row))
    expect(rules({ ...evidence, trail })).toEqual([])
  })
})

describe('an answer that was dropped', () => {
  it('is no loss when someone else has sent meanwhile', () => {
    const dropped = { outcome: 'answer_dropped', issuedFingerprint: 'lost', committedAt: START + 15_300 }
    const lineage = [...healthy.lineage, { ...healthy.lineage[1], ...dropped } as Evidence['lineage'][number]]
    expect(rules({ ...healthy, lineage })).toEqual([])
  })
})

describe('three records of the same rotations', () => {
  it('agree when nothing is wrong', () => {
    expect(found(healthy)).toEqual({ chain: [], writeAhead: [] })
  })

  it('disagree about a rotation that the lineage does not have, or that does not continue the one before', () => {
    expect(found({ ...healthy, lineage: healthy.lineage.slice(0, 1) }).chain).toHaveLength(1)
    expect(found(withChange('lineage', 1, { presentedFingerprint: 'lost' })).chain).toHaveLength(2)
    expect(found(withChange('journal', 2, { issuedRefreshToken: 'another' })).chain).toHaveLength(1)
  })

  it('disagree about a request that left without a mark, or before it', () => {
    const unmarked = healthy.trail.filter((_, n) => n !== 5)
    expect(found({ ...healthy, trail: unmarked }).writeAhead).toHaveLength(1)
    expect(found(withChange('trail', 5, { at: START + 15_400 })).writeAhead).toHaveLength(1)
    expect(found(withChange('journal', 1, { presentedToken: 'never stored' })).writeAhead).toHaveLength(1)
  })
})

describe('the verdict', () => {
  const counts = { ...newCounts(), deploys: 1, deployed: 4, databaseKills: 1, struckInDatabase: 9 }

  it('counts each connection and each thing that must hold', () => {
    expect(judge(healthy, counts, [], emptyVerdict())).toMatchObject({ passed: 9, failed: 0, suspects: [] })
  })

  it.each([
    ['a connection without a working token', judge({ ...healthy, working: new Set() }, counts, [], emptyVerdict())],
    ['a rotation that no one repaired', judge(healthy, counts, ['connection'], emptyVerdict())],
    ['a grant that the sandbox ended', judge(healthy, counts, [], { ...emptyVerdict(), connectionsKilled: 1 })],
    ['a process that left a request alone', judge(healthy, { ...counts, disorderly: ['…'] }, [], emptyVerdict())],
    ['a process that ended by itself', judge(healthy, { ...counts, died: ['…'] }, [], emptyVerdict())],
    ['a run in which no database was struck', judge(healthy, { ...counts, struckInDatabase: 0 }, [], emptyVerdict())],
  ])('fails for %s', (_, { failed }) => {
    expect(failed).toBeGreaterThan(0)
  })
})
