import { describe, expect, it } from 'vitest'
import type { ConnectionSummary } from '@/lib/connections/view-rows'
import { connectionRowWords } from './row-words'

const now = new Date('2026-11-23T12:00:00Z')
const clock = { now, timeZone: 'Asia/Tokyo' }
const connection: ConnectionSummary = {
  id: '01a20000-0000-7000-8000-000000000001',
  airwallexAccountId: 'acct_1',
  status: { kind: 'active' },
  details: null,
  connectedAt: now,
  lastActivityAt: new Date('2026-11-23T11:55:00Z'),
  refreshTokenExpiresAt: new Date('2027-01-22T12:00:00Z'),
  nextAttemptAt: null,
}

describe('the words of a row', () => {
  it('say how long ago and give the exact instant in the viewer’s zone', () => {
    expect(connectionRowWords(connection, clock)).toMatchObject({
      lastActivity: { text: '5 minutes ago', exact: 'Nov 23, 2026, 20:55:00 GMT+9' },
      lapses: { text: 'in 60 days' },
    })
  })

  it('call an account that was never read by its id, once', () => {
    expect(connectionRowWords(connection, clock)).toMatchObject({
      name: 'acct_1',
      accountId: null,
      accountStatus: null,
    })
  })

  it('have the reason beside a status, and no lapse where no token is held', () => {
    const status = { kind: 'reauthorization_required', reason: 'role_lost', since: now } as const
    const words = connectionRowWords({ ...connection, status, refreshTokenExpiresAt: null }, clock)
    expect(words).toMatchObject({ status: { label: 'Reauthorization required', tone: 'critical' }, lapses: null })
    expect(words.statusLine).toBe('The person who consented lost their role')
  })

  it('carry nothing but words: no details of the account beyond those shown', () => {
    const details = {
      airwallexAccountId: 'acct_1',
      displayName: 'Harbour',
      nickname: 'hidden nickname',
      businessName: 'hidden name',
      businessNameEnglish: null,
      tradingName: null,
      legalEntityType: { known: 'BUSINESS' },
      businessStructure: null,
      country: 'HK',
      operatingCountries: ['JP'],
      status: { unrecognized: 'ON_THE_MOON' },
      createdAt: null,
    } as const
    const words = connectionRowWords({ ...connection, details }, clock)
    expect(words).toMatchObject({
      name: 'Harbour',
      accountId: 'acct_1',
      type: 'Business',
      country: 'Hong Kong SAR China',
    })
    expect(words.accountStatus?.label).toBe('ON_THE_MOON')
    expect(JSON.stringify(words)).not.toContain('hidden')
  })
})
