import { type Answer, apiError, jsonAnswer } from '../http/answer'
import { wireTime } from '../state/time'
import { type Entry, ledgerOf, toNumber } from './ledger'
import { cursorPage, numberedPage } from './paging'
import { invalid, type ResourceRequest } from './resource-request'

const ACCOUNT_TYPES = ['cash', 'yield', 'credit']
const LIMITS = { defaultSize: 100, minSize: 10, maxSize: 2000, maxNumber: 10_000 }
const LONGEST_RANGE_MS = 7 * 86_400_000

/** `GET /api/v1/balances/current`: a bare array. */
export function currentBalances({ account, query, now }: ResourceRequest): Answer {
  const type = query.get('account_type') ?? 'cash'
  if (!ACCOUNT_TYPES.includes(type)) return invalid('account_type')
  const balances = type === 'cash' ? ledgerOf(account, now).balances : []
  return jsonAnswer(
    200,
    balances.map(({ currency, available, pending, reserved }) => ({
      account_type: type,
      currency,
      available_amount: toNumber(available, currency),
      pending_amount: toNumber(pending, currency),
      reserved_amount: toNumber(reserved, currency),
      prepayment_amount: 0,
      total_amount: toNumber(available + pending + reserved, currency),
    })),
  )
}

/** `GET /api/v1/balances/history`: by `page_num` over at most 7 days, or by the cursor `page` over everything. */
export function balanceHistory({ account, query, now }: ResourceRequest): Answer {
  if (query.has('page') && query.has('page_num')) return invalid('page')
  const from = instant(query.get('from_post_at'))
  const to = instant(query.get('to_post_at'))
  if (from === 'invalid') return invalid('from_post_at')
  if (to === 'invalid') return invalid('to_post_at')
  const isCursor = query.has('page')
  const until = to ?? now
  const since = from ?? (isCursor ? 0 : until - LONGEST_RANGE_MS)
  if (!isCursor && until - since > LONGEST_RANGE_MS) {
    return apiError(400, 'time_range_exceed', 'The time range must not exceed 7 days.')
  }
  const currency = query.get('currency')
  const matching = ledgerOf(account, now).entries.filter(
    (entry) => entry.at >= since && entry.at <= until && (currency === null || entry.currency === currency),
  )
  const page = isCursor ? cursorPage(matching, query, LIMITS) : numberedPage(matching, query, LIMITS)
  if (page.kind === 'invalid') return invalid(page.source)
  return jsonAnswer(200, {
    has_more: page.hasMore,
    items: page.items.map(historyItem),
    page_after: 'after' in page ? page.after : null,
    page_before: 'before' in page ? page.before : null,
  })
}

function historyItem(entry: Entry) {
  const { id, currency, kind } = entry
  return {
    id: `bal_${id.slice(4)}`,
    amount: toNumber(entry.amount, currency),
    balance: toNumber(entry.balance, currency),
    currency,
    fee: toNumber(entry.fee, currency),
    description: entry.description,
    posted_at: wireTime(entry.at),
    source: id,
    source_type: kind.sourceType,
    transaction_type: kind.transactionType,
    account_type: 'CASH',
  }
}

/** `null` when absent. A day is one of UTC; a time without an offset would be one of this machine's zone. */
export function instant(text: string | null): number | null | 'invalid' {
  if (text === null) return null
  if (!/^\d{4}-\d{2}-\d{2}(T.+(Z|[+-]\d{2}:?\d{2}))?$/.test(text)) return 'invalid'
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? 'invalid' : milliseconds
}
