import type { Account } from './account'
import { AWKWARD_ACCOUNTS } from './awkward-accounts'

/** Stands where a real account has identity documents and birth dates: a product that stores one of these is wrong. */
export const PERSONAL_DATA_SENTINEL = 'personal-data-sentinel-7Q2X'

const agreements = {
  agreed_to_terms_and_conditions: true,
  terms_and_conditions: { agreed_at: '2024-03-02T09:15:00+0000' },
}

export const ACCOUNT_FIXTURES: readonly Account[] = [
  {
    id: 'acct_HarbourLanternHK0000001',
    name: 'Harbour Lantern Trading Limited',
    place: 'Hong Kong SAR',
    status: 'ACTIVE',
    listed: true,
    money: { currencies: ['HKD', 'USD', 'CNY', 'JPY'], entries: 640, globalAccounts: 7 },
    wire: {
      identifier: 'AWX-HK-00412',
      nickname: 'Harbour Lantern',
      created_at: '2024-03-02T09:14:27+0000',
      view_type: 'FULL',
      metadata: { source: 'sandbox' },
      primary_contact: { email: 'grace@harbourlantern.example', mobile: '852-55501234' },
      account_details: {
        legal_entity_type: 'BUSINESS',
        legal_entity_id: 'le_HarbourLanternHK0000001',
        business_details: {
          business_name: '海港燈籠貿易有限公司',
          business_name_english: 'Harbour Lantern Trading Limited',
          business_name_trading: 'Harbour Lantern',
          business_structure: 'COMPANY',
          business_start_date: '2016-08-19',
          contact_number: '+85255501234',
          url: 'https://harbourlantern.example',
          business_identifiers: [{ country_code: 'HK', number: '66412907', type: 'BRN' }],
          registration_address: {
            address_line1: '18/F, 100 Queen’s Road Central',
            suburb: 'Central',
            state: 'Hong Kong Island',
            country_code: 'HK',
          },
          business_address: {
            address_line1: '18/F, 100 Queen’s Road Central',
            suburb: 'Central',
            state: 'Hong Kong Island',
            country_code: 'HK',
          },
          industry_category_code: 'ICCV3_0000XX',
          operating_country: ['HK', 'CN', 'JP'],
          description_of_goods_or_services: 'Wholesale of lamps and festival lighting',
          as_trustee: false,
          account_usage: {
            estimated_monthly_revenue: { amount: '1250000', currency: 'HKD' },
            product_reference: ['ACCEPT_ONLINE_PAYMENTS', 'MAKE_TRANSFERS'],
          },
        },
        business_person_details: [
          {
            first_name: 'Grace',
            last_name: 'Lam',
            roles: ['DIRECTOR', 'BENEFICIAL_OWNER'],
            date_of_birth: PERSONAL_DATA_SENTINEL,
            identifications: { primary: { identification_type: 'PASSPORT', number: PERSONAL_DATA_SENTINEL } },
          },
        ],
      },
      customer_agreements: agreements,
    },
  },
  {
    id: 'acct_ThamesTyneUK0000000002',
    name: 'Thames & Tyne Outfitters Ltd',
    place: 'United Kingdom',
    status: 'ACTIVE',
    listed: true,
    money: { currencies: ['GBP', 'EUR', 'USD'], entries: 240, globalAccounts: 3 },
    wire: {
      nickname: 'Thames & Tyne',
      created_at: '2023-11-20T14:02:51+0000',
      view_type: 'FULL',
      primary_contact: { email: 'accounts@thamestyne.example', mobile: '44-7700900123' },
      account_details: {
        legal_entity_type: 'BUSINESS',
        legal_entity_id: 'le_ThamesTyneUK0000000002',
        business_details: {
          business_name: 'Thames & Tyne Outfitters Ltd',
          business_structure: 'LIMITED_LIABILITY_COMPANY',
          business_start_date: '2009-05-01',
          contact_number: '+447700900123',
          url: 'https://thamestyne.example',
          business_identifiers: [
            { country_code: 'GB', number: '06894412', type: 'BRN' },
            { country_code: 'GB', number: 'GB418905512', type: 'VAT' },
          ],
          registration_address: {
            address_line1: '12 Grey Street',
            suburb: 'Newcastle upon Tyne',
            postcode: 'NE1 6AE',
            country_code: 'GB',
          },
          operating_country: ['GB', 'IE'],
        },
        business_person_details: [
          { first_name: 'Oliver', last_name: 'Hughes', roles: ['DIRECTOR'], date_of_birth: PERSONAL_DATA_SENTINEL },
        ],
      },
      customer_agreements: agreements,
    },
  },
  {
    id: 'acct_WattleCreekAU000000003',
    name: 'Wattle Creek Ceramics',
    place: 'Australia, sole trader',
    status: 'ACTIVE',
    listed: true,
    money: { currencies: ['AUD', 'NZD'], entries: 90, globalAccounts: 1 },
    wire: {
      nickname: 'Wattle Creek Ceramics',
      created_at: '2025-01-14T03:40:09+1100',
      view_type: 'PII_EXCLUDED',
      primary_contact: { email: 'isla@wattlecreek.example' },
      account_details: {
        legal_entity_type: 'INDIVIDUAL',
        legal_entity_id: 'le_WattleCreekAU000000003',
        business_details: {
          business_name: 'Isla Brennan',
          business_name_trading: 'Wattle Creek Ceramics',
          business_structure: 'SOLE_PROPRIETOR',
          business_identifiers: [{ country_code: 'AU', number: '53004085616', type: 'BRN' }],
          business_address: {
            address_line1: '4 Pottery Lane',
            suburb: 'Bendigo',
            state: 'VIC',
            postcode: '3550',
            country_code: 'AU',
          },
          operating_country: ['AU'],
        },
        individual_details: {
          first_name: 'Isla',
          last_name: 'Brennan',
          nationality: 'AU',
          date_of_birth: PERSONAL_DATA_SENTINEL,
          residential_address: { address_line1: PERSONAL_DATA_SENTINEL, country_code: 'AU' },
        },
      },
    },
  },
  {
    id: 'acct_CalderMossUK0000000004',
    name: 'Calder & Moss Freight Ltd',
    place: 'United Kingdom',
    status: 'SUSPENDED',
    listed: true,
    money: { currencies: ['GBP', 'PLN', 'KWD'], entries: 60, globalAccounts: 2 },
    wire: {
      nickname: 'Calder & Moss',
      created_at: '2022-06-30T10:00:00+0000',
      view_type: 'FULL',
      primary_contact: { email: 'finance@caldermoss.example' },
      account_details: {
        legal_entity_type: 'BUSINESS',
        business_details: {
          business_name: 'Calder & Moss Freight Ltd',
          business_structure: 'LIMITED_LIABILITY_COMPANY',
          business_identifiers: [{ country_code: 'GB', number: '11200456', type: 'BRN' }],
          registration_address: {
            address_line1: '7 Dock Road',
            suburb: 'Hull',
            postcode: 'HU1 2AA',
            country_code: 'GB',
          },
          operating_country: ['GB', 'PL'],
        },
      },
      suspend_details: [
        {
          code: 'COMPLIANCE_REVIEW',
          message: 'Suspended while documents are reviewed',
          details: 'Please answer the open request for information.',
          suspended_at: '2026-10-03T08:30:00+0000',
        },
      ],
      next_action: { type: 'RESPOND_TO_RFI' },
    },
  },
  ...AWKWARD_ACCOUNTS,
]
