import { describe, expect, it } from 'vitest'
import { identityOf, isSameDatabase } from './identity'

describe('the identity of a database', () => {
  it.each([
    ['the same server and database', '7312/16384', '7312/16384', true],
    ['another database of the same server', '7312/16384', '7312/16390', false],
    ['another server', '7312/16384', '9001/16384', false],
    ['a server that no longer tells who it is', '7312/16384', '?/16384', true],
    ['a server that did not tell before', '?/16384', '7312/16384', true],
    ['another database of a server that does not tell', '?/16384', '?/16390', false],
  ])('%s', (_name, one, other, same) => {
    expect(isSameDatabase(one, other)).toBe(same)
  })

  it('holds what the server tells', () => {
    const facts = { databaseOid: '16384' }
    expect(identityOf({ ...facts, systemIdentifier: '7312' })).toBe('7312/16384')
    expect(identityOf({ ...facts, systemIdentifier: null })).toBe('?/16384')
  })
})
