import { type Answer, jsonAnswer } from '../http/answer'
import type { Account } from '../state/account'
import { cursorPage, numberedPage } from './paging'
import { invalid, type ResourceRequest } from './resource-request'

const LIMITS = { defaultSize: 100, minSize: 1, maxSize: 1000, maxNumber: 2000 }

const BANKS = [
  {
    country: 'HK',
    currency: 'HKD',
    bank: 'Sandbox Bank of Hong Kong',
    swift: 'SBXHHKHH',
    routing: 'bank_code',
    local: 'RTGS',
  },
  {
    country: 'GB',
    currency: 'GBP',
    bank: 'Sandbox Bank London',
    swift: 'SBXLGB2L',
    routing: 'sort_code',
    local: 'FPS',
  },
  { country: 'US', currency: 'USD', bank: 'Sandbox Bank of New York', swift: 'SBXNUS33', routing: 'aba', local: 'ACH' },
  { country: 'AU', currency: 'AUD', bank: 'Sandbox Bank Melbourne', swift: 'SBXMAU2S', routing: 'bsb', local: 'NPP' },
  { country: 'DE', currency: 'EUR', bank: 'Sandbox Bank Frankfurt', swift: 'SBXFDEFF', routing: 'bic', local: 'SEPA' },
] as const
const STATUSES = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'PROCESSING', 'CLOSED', 'FAILED'] as const

/** `GET /api/v1/global_accounts`: cursors from version 2025-04-25 on, numbered pages before. */
export function globalAccounts({ account, query, apiVersion }: ResourceRequest): Answer {
  const wanted = { status: query.get('status'), country: query.get('country_code'), nickname: query.get('nick_name') }
  const matching = all(account).filter(
    (item) =>
      (wanted.status === null || item.status === wanted.status) &&
      (wanted.country === null || item.country_code === wanted.country) &&
      (wanted.nickname === null || item.nick_name === wanted.nickname),
  )
  if (apiVersion < '2025-04-25') {
    const page = numberedPage(matching, query, LIMITS)
    return page.kind === 'invalid'
      ? invalid(page.source)
      : jsonAnswer(200, { has_more: page.hasMore, items: page.items })
  }
  const page = cursorPage(matching, query, LIMITS)
  if (page.kind === 'invalid') return invalid(page.source)
  return jsonAnswer(200, { items: page.items, page_after: page.after, page_before: page.before })
}

function all({ id, name, money }: Account) {
  return Array.from({ length: money.globalAccounts }, (_, index) => {
    const bank = BANKS[index % BANKS.length] ?? BANKS[0]
    const status = STATUSES[index % STATUSES.length] ?? 'ACTIVE'
    const number = String(70_000_000 + index * 1357)
    return {
      id: `ga_${id.slice(5, 17)}${String(index).padStart(4, '0')}`,
      account_name: name,
      account_number: number,
      iban: bank.country === 'DE' || bank.country === 'GB' ? `${bank.country}29SBXX6016${number}` : '',
      swift_code: bank.swift,
      country_code: bank.country,
      nick_name: money.text ?? `${bank.currency} collections`,
      institution: { name: bank.bank, address: '1 Sandbox Square', city: bank.country, zip_code: '00001' },
      required_features: [{ currency: bank.currency, transfer_method: 'LOCAL' }],
      supported_features: [
        {
          currency: bank.currency,
          transfer_method: 'LOCAL',
          type: 'DEPOSIT',
          local_clearing_system: bank.local,
          routing_codes: [{ type: bank.routing, value: '601613' }],
        },
      ],
      status,
      failure_reason: status === 'FAILED' ? 'The bank declined to open the account.' : '',
      close_reason: status === 'CLOSED' ? 'Requested by the customer' : '',
    }
  })
}
