import { type Answer, jsonAnswer } from '../http/answer'
import { wireTime } from '../state/time'
import { instant } from './balances'
import { type Entry, ledgerOf, toNumber } from './ledger'
import { numberedPage } from './paging'
import { invalid, type ResourceRequest } from './resource-request'

const LIMITS = { defaultSize: 100, minSize: 1, maxSize: 1000, maxNumber: 2000 }
const SETTLEMENT_MS = 2 * 86_400_000
const STATUSES = ['PENDING', 'SETTLED', 'CANCELLED']

/** `GET /api/v1/financial_transactions`, newest first; camel case up to version 2022-09-09. */
export function financialTransactions({ account, query, apiVersion, now }: ResourceRequest): Answer {
  const status = query.get('status')
  if (status !== null && !STATUSES.includes(status)) return invalid('status')
  const from = instant(query.get('from_created_at'))
  const to = instant(query.get('to_created_at'))
  if (from === 'invalid') return invalid('from_created_at')
  if (to === 'invalid') return invalid('to_created_at')
  const wanted = { currency: query.get('currency'), source: query.get('source_id'), batch: query.get('batch_id') }
  const matching = ledgerOf(account, now).entries.filter(
    (entry) =>
      (wanted.currency === null || entry.currency === wanted.currency) &&
      (wanted.source === null || sourceId(entry) === wanted.source) &&
      (wanted.batch === null || batchId(entry) === wanted.batch) &&
      (status === null || entry.status === status) &&
      (from === null || entry.at >= from) &&
      (to === null || entry.at <= to),
  )
  const page = numberedPage(matching, query, LIMITS)
  if (page.kind === 'invalid') return invalid(page.source)
  const body = { has_more: page.hasMore, items: page.items.map(transaction) }
  return jsonAnswer(200, apiVersion <= '2022-09-09' ? toCamelCase(body) : body)
}

function transaction(entry: Entry) {
  const { id, currency, amount, fee, kind, at, status } = entry
  return {
    id,
    amount: toNumber(amount, currency),
    net: toNumber(amount - fee, currency),
    fee: toNumber(fee, currency),
    currency,
    status,
    source_type: kind.sourceType,
    source_id: sourceId(entry),
    transaction_type: kind.transactionType,
    description: entry.description,
    batch_id: batchId(entry),
    funding_source_id: null,
    client_rate: kind.sourceType === 'CONVERSION' ? 1.0842 : null,
    currency_pair: kind.sourceType === 'CONVERSION' ? `${currency}USD` : null,
    created_at: wireTime(at),
    settled_at: status === 'SETTLED' ? wireTime(at + SETTLEMENT_MS) : null,
    estimated_settled_at: wireTime(at + SETTLEMENT_MS),
  }
}

function sourceId(entry: Entry): string {
  return `src_${entry.id.slice(4)}`
}

function batchId(entry: Entry): string {
  return `bat_${new Date(entry.at).toISOString().slice(0, 10).replaceAll('-', '')}_${entry.currency}`
}

function toCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toCamelCase)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [camel(name), toCamelCase(member)])
  return Object.fromEntries(members)
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
