import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseTokenKeys, TokenKeysError } from '@/lib/vault/keyring'
import { idOfLabel, keyLabel, newTokenKeyEntry } from './key-label'
import { againstAdding, againstPromoting, againstResealing, againstRetiring, describeSituation } from './key-rules'

const entries = { k1: newTokenKeyEntry('k1'), k2: newTokenKeyEntry('k2'), k3: newTokenKeyEntry('k3') }
type Id = keyof typeof entries
const labels = (...ids: Id[]) => parseTokenKeys(ids.map((id) => entries[id]).join()).map(keyLabel)
const web = (...ids: Id[]) => ({ process: 'web host/1', keys: labels(...ids), secondsAgo: 20 })
const impostor = { process: 'web host/2', keys: parseTokenKeys(newTokenKeyEntry('k2')).map(keyLabel), secondsAgo: 3 }
const values = (keyId: string | null, count: number) => ({ field: 'refresh_token' as const, keyId, values: count })
const quiet = { counts: [], running: [] }

describe('a label', () => {
  it('tells keys apart, and holds nothing of them', () => {
    const [entry, other] = [newTokenKeyEntry('k1'), newTokenKeyEntry('k1')]
    const [label = ''] = parseTokenKeys(entry).map(keyLabel)
    expect(label).toMatch(/^k1:[0-9a-f]{16}$/)
    expect(idOfLabel(label)).toBe('k1')
    expect(parseTokenKeys(entry).map(keyLabel)).toEqual([label])
    expect(parseTokenKeys(other).map(keyLabel)).not.toEqual([label])
    expect(Buffer.from(entry.slice(3), 'base64').toString('hex')).not.toContain(label.slice(3))
  })
})

describe('a new key', () => {
  it('is one that TOKEN_KEYS takes', () => {
    for (let i = 0; i < 500; i++) expect(parseTokenKeys(newTokenKeyEntry('2026-11'))[0].id).toBe('2026-11')
  })

  it.each(['', '-k', 'k 1', 'k:1', 'k,1', randomBytes(20).toString('hex')])('is not called %j', (id) => {
    expect(() => newTokenKeyEntry(id)).toThrow(TokenKeysError)
  })

  it('gets no id that means another key anywhere', () => {
    const keys = labels('k1')
    const quiet = { counts: [], running: [], everUsed: ['k1'] }
    expect(againstAdding('k2', { ...quiet, keys })).toEqual([])
    expect(againstAdding('k1', { ...quiet, keys })).toEqual(['TOKEN_KEYS has a key "k1" already'])
    expect(againstAdding('k2', { ...quiet, keys, counts: [values('k2', 1)] })).toHaveLength(1)
    expect(againstAdding('k2', { ...quiet, keys, running: [web('k1', 'k2')] })).toEqual([
      'web host/1, seen 20 s ago, has a key "k2" already',
    ])
    expect(againstAdding('k2', { ...quiet, keys, everUsed: ['k1', 'k2'] })).toEqual([
      '"k2" named a key before, and backups may hold what that key sealed',
    ])
  })
})

describe('promoting', () => {
  const keys = labels('k1', 'k2')
  it('waits for every running process to read the key', () => {
    expect(againstPromoting('k2', { keys, counts: [], running: [web('k1', 'k2'), web('k2', 'k1')] })).toEqual([])
    expect(againstPromoting('k2', { keys, counts: [], running: [web('k1', 'k2'), web('k1')] })).toEqual([
      'web host/1, seen 20 s ago, cannot read the key "k2"',
    ])
  })

  it('is refused where a process has another key under the same id', () => {
    expect(againstPromoting('k2', { keys, counts: [], running: [impostor] })).toEqual([
      'web host/2, seen 3 s ago, has another key under the id "k2"',
    ])
  })

  it('is refused for a key that is not listed', () => {
    expect(againstPromoting('k3', { ...quiet, keys })).toEqual(['TOKEN_KEYS has no key "k3"'])
  })
})

describe('re-sealing', () => {
  it('is refused while a running process could not read what it writes', () => {
    const keys = labels('k2', 'k1')
    expect(againstResealing({ keys, counts: [], running: [web('k1', 'k2')] })).toEqual([])
    expect(againstResealing({ keys, counts: [], running: [web('k1')] })).toHaveLength(1)
  })
})

describe('retiring', () => {
  const keys = labels('k2', 'k1')
  it('is possible when no value names the key and no one writes with it', () => {
    const counts = [values('k2', 9), values('k9', 1), values(null, 1)]
    expect(againstRetiring('k1', { keys, counts, running: [web('k2', 'k1'), web('k2')] })).toEqual([])
  })

  it.each([
    [
      'a value names it',
      { counts: [values('k1', 3)], running: [] },
      '3 refresh tokens are sealed with "k1"; run reseal',
    ],
    [
      'a process writes with it',
      { counts: [], running: [web('k1', 'k2')] },
      'web host/1, seen 20 s ago, writes with "k1"',
    ],
  ])('is refused while %s', (_what, rest, reason) => {
    expect(againstRetiring('k1', { keys, ...rest })).toEqual([reason])
  })

  it('is refused for the writing key and for one that is not listed', () => {
    expect(againstRetiring('k2', { ...quiet, keys })).toHaveLength(1)
    expect(againstRetiring('k3', { ...quiet, keys })).toHaveLength(1)
  })
})

describe('the description', () => {
  it('names each key with its role and counts, those that no one here has, and each process', () => {
    const counts = [values('k1', 1200), values('lost', 2), values(null, 1)]
    const running = [web('k1', 'k2'), impostor]
    expect(describeSituation({ keys: labels('k2', 'k1'), counts, running })).toEqual([
      'key          role               refresh tokens  access tokens  code verifiers',
      'k2           writes             0               0              0',
      'k1           reads              1,200           0              0',
      'lost         not in TOKEN_KEYS  2               0              0',
      '(no key id)  not in TOKEN_KEYS  1               0              0',
      '',
      'Processes seen within the last minute:',
      '  web host/1, 20 s ago: writes k1, reads k2',
      '  web host/2, 3 s ago: writes k2 (another key than here)',
    ])
  })
})
