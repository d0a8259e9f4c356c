import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '@/lib/vault/secret'
import { parseAccount, readAccount } from './account-api'
import { configFor } from './testing/config'
import { respondJson } from './testing/fault-server'
import { faultServers } from './testing/servers'

const server = faultServers()

const full = {
  id: 'acct_1',
  nickname: 'Main',
  status: 'ACTIVE',
  created_at: '2025-07-24T07:16:00+0000',
  view_type: 'COMPLETE',
  primary_contact: { email: 'pii@example.test', mobile: 'pii-phone' },
  account_details: {
    legal_entity_type: 'BUSINESS',
    business_details: {
      business_name: 'Harbour Trading Ltd',
      business_name_english: 'Harbour Trading Limited',
      business_name_trading: 'Harbour',
      business_structure: 'COMPANY',
      business_identifiers: [{ country_code: 'HK', number: 'pii-number', type: 'BRN' }],
      registration_address: { address_line1: 'pii-street', country_code: 'hk' },
      operating_country: ['HK', 'sg', 'Nowhere', 7],
      contact_number: 'pii-phone',
    },
    business_person_details: [{ first_name: 'pii', date_of_birth: 'pii' }],
    individual_details: { first_name: 'pii-first', date_of_birth: 'pii-birth', identifications: { primary: 'pii' } },
  },
}

const nothing = {
  airwallexAccountId: null,
  displayName: null,
  nickname: null,
  businessName: null,
  businessNameEnglish: null,
  tradingName: null,
  legalEntityType: null,
  businessStructure: null,
  country: null,
  operatingCountries: [],
  status: null,
  createdAt: null,
}

describe('parseAccount', () => {
  it('takes the chosen few fields and no personal data', () => {
    const details = parseAccount(full)
    expect(details).toEqual({
      airwallexAccountId: 'acct_1',
      displayName: 'Main',
      nickname: 'Main',
      businessName: 'Harbour Trading Ltd',
      businessNameEnglish: 'Harbour Trading Limited',
      tradingName: 'Harbour',
      legalEntityType: { known: 'BUSINESS' },
      businessStructure: { known: 'COMPANY' },
      country: 'HK',
      operatingCountries: ['HK', 'SG'],
      status: { known: 'ACTIVE' },
      createdAt: '2025-07-24T07:16:00.000Z',
    })
    expect(JSON.stringify(details)).not.toContain('pii')
  })

  it('keeps a status and a structure that it does not know as they came', () => {
    const account = { status: 'PAUSED', account_details: { business_details: { business_structure: 'DAO' } } }
    expect(parseAccount(account)).toMatchObject({
      status: { unrecognized: 'PAUSED' },
      businessStructure: { unrecognized: 'DAO' },
    })
  })

  it('names an individual by the name of the holder', () => {
    const individual_details = { first_name: 'Kim', last_name: 'Lee', residential_address: { country_code: 'AU' } }
    expect(parseAccount({ account_details: { legal_entity_type: 'INDIVIDUAL', individual_details } })).toEqual({
      ...nothing,
      displayName: 'Kim Lee',
      legalEntityType: { known: 'INDIVIDUAL' },
      country: 'AU',
    })
  })

  it('reads the country of an older version', () => {
    const business_details = { address: { country_code: 'GB' } }
    expect(parseAccount({ account_details: { business_details } })?.country).toBe('GB')
  })

  it.each([
    {},
    { account_details: null },
    { account_details: { business_details: 'x' } },
    { id: 7, status: [], nickname: {} },
  ])('takes whatever is missing or odd in %j for absent', (account) => {
    expect(parseAccount(account)).toEqual(nothing)
  })

  it('loses one odd field and keeps its neighbours', () => {
    const account = { ...full, created_at: 'yesterday', nickname: 5 }
    expect(parseAccount(account)).toMatchObject({ createdAt: null, displayName: 'Harbour Trading Ltd', country: 'HK' })
  })

  it.each([null, [], 'x', 7, undefined])('does not read %j as an account', (json) => {
    expect(parseAccount(json)).toBeUndefined()
  })

  it('shortens hostile text and keeps it storable', () => {
    const name = `\u202E\u0000${'x'.repeat(5_000)}`
    const details = parseAccount({ nickname: name, status: '<script>alert(1)</script>' })
    expect(details?.nickname).toHaveLength(300)
    expect(details?.nickname).toMatch(/^x+…$/)
    expect(details?.status).toEqual({ unrecognized: '<script>alert(1)</script>' })
  })

  it('reads every object', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue())
    const account = fc.record(
      {
        id: text,
        nickname: text,
        status: text,
        created_at: text,
        account_details: fc.oneof(
          text,
          fc.record({ business_details: fc.dictionary(fc.constantFrom('business_name', 'operating_country'), text) }),
        ),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(account, (value) => {
        const json = JSON.stringify(parseAccount(value))
        expect(json).not.toContain('\\u0000')
        expect(json).not.toMatch(/\\ud[89a-f]/)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('readAccount', () => {
  it('reads the connected account with its token', async () => {
    const airwallex = await server((socket) => respondJson(socket, 200, full))
    const read = await readAccount(configFor(airwallex.origin), new Secret('access'))
    expect(read).toMatchObject({ kind: 'ok', data: { airwallexAccountId: 'acct_1' } })
    expect(airwallex.requests[0]?.line).toBe('GET /api/v1/account HTTP/1.1')
  })
})
