import { describe, expect, it } from 'vitest'
import { storedAccountDetails, storedBalances } from './stored-details'

describe('stored account details', () => {
  it('read back what was stored, values that are not listed included', () => {
    const stored = { displayName: 'Harbour', status: { unrecognized: 'ON_THE_MOON' }, operatingCountries: ['HK'] }
    expect(storedAccountDetails(JSON.parse(JSON.stringify(stored)))).toMatchObject(stored)
  })

  it('take a field that another release did not write, or wrote otherwise, as absent', () => {
    expect(storedAccountDetails({ displayName: 7, status: 'ACTIVE', operatingCountries: 'HK' })).toMatchObject({
      displayName: null,
      status: null,
      country: null,
      operatingCountries: [],
    })
  })

  it.each([null, 'text', 7, []])('are nothing where %j is stored', (json) => {
    expect(storedAccountDetails(json)).toBeNull()
  })
})

describe('stored balances', () => {
  it('keep every digit of an amount and drop what is none', () => {
    const stored = { balances: [{ currency: 'USD', available: '99999999999999999999.99', pending: 'NaN', total: 5 }] }
    expect(storedBalances(stored)?.balances).toMatchObject([
      {
        currency: 'USD',
        available: '99999999999999999999.99',
        pending: null,
        total: null,
        accountType: { known: 'cash' },
      },
    ])
  })

  it('are nothing where no object is stored', () => {
    expect(storedBalances(null)).toBeNull()
    expect(storedBalances({ balances: 'none' })).toMatchObject({ balances: [], unreadable: 0 })
  })
})
