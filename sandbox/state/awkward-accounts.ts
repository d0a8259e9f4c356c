import type { Account } from './account'

const RTL_TEXT = 'شركة الميناء للتجارة ‮dlrow olleh‬'
const HOSTILE_NAME = `Hostile & Sons <script>alert("sandbox")</script> "quoted" 'single' ${RTL_TEXT} `
const LOG_INJECTION = 'Main Street 1\n{"level":50,"msg":"forged log line","event":"token.leaked"}\r\n\u001b[31mred'

/** One account that says almost nothing, and one that says what no form should have let through. */
export const AWKWARD_ACCOUNTS: readonly Account[] = [
  {
    id: 'acct_BareMinimum00000000005',
    name: 'Bare Minimum',
    place: 'few details',
    status: 'ACTIVE',
    listed: true,
    money: { currencies: ['USD'], entries: 0, globalAccounts: 0 },
    wire: {},
  },
  {
    id: 'acct_HostileStrings00000006',
    name: HOSTILE_NAME + 'long'.repeat(60),
    place: 'hostile and very long strings',
    status: 'ACTIVE',
    listed: true,
    money: {
      currencies: ['USD', 'BHD'],
      entries: 40,
      globalAccounts: 2,
      text: `=HYPERLINK("https://evil.example","x") ${HOSTILE_NAME}`,
    },
    wire: {
      identifier: '../../etc/passwd%00',
      nickname: HOSTILE_NAME + 'W'.repeat(2000),
      created_at: '2026-02-30T25:61:00+0000',
      view_type: '<img src=x onerror=alert(1)>',
      metadata: { __proto__polluted: 'yes', 'key with\nnewline': LOG_INJECTION },
      primary_contact: { email: '"<script>"@evil.example\r\nBcc: all@evil.example', mobile: '‮0000' },
      account_details: {
        legal_entity_type: 'BUSINESS',
        business_details: {
          business_name: HOSTILE_NAME + 'n'.repeat(500),
          business_name_english: `</title><script>alert(1)</script>${'unbroken'.repeat(120)}`,
          business_name_trading: RTL_TEXT,
          business_structure: 'SPACE_AGENCY',
          business_start_date: 'yesterday',
          contact_number: 'javascript:alert(1)',
          url: 'javascript:alert(document.domain)',
          business_identifiers: [
            { country_code: '<b>', number: LOG_INJECTION, type: 'UNHEARD_OF' },
            { country_code: 'US', number: 'e\u0301'.repeat(300), type: 'EIN' },
          ],
          registration_address: { address_line1: LOG_INJECTION, suburb: '👩‍👩‍👧‍👦'.repeat(40), country_code: 'XX' },
          operating_country: ['US', '"><svg onload=alert(1)>'],
        },
      },
    },
  },
]
