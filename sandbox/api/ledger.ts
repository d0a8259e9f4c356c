import { createHash } from 'node:crypto'
import type { Account } from '../state/account'

/** One movement of money; amounts in minor units, so that running balances add up exactly. */
export type Entry = {
  id: string
  currency: string
  amount: number
  fee: number
  balance: number
  at: number
  kind: Kind
  description: string
  status: 'PENDING' | 'SETTLED' | 'CANCELLED'
}

export type CurrencyBalance = { currency: string; available: number; pending: number; reserved: number }
export type Ledger = { entries: Entry[]; balances: CurrencyBalance[] }
export type Kind = { sourceType: string; transactionType: string; isCredit: boolean; words: string }

const KINDS: readonly Kind[] = [
  { sourceType: 'DEPOSIT', transactionType: 'DEPOSIT', isCredit: true, words: 'Deposit from customer' },
  { sourceType: 'PAYMENT_ATTEMPT', transactionType: 'PAYMENT', isCredit: true, words: 'Card payment' },
  { sourceType: 'PAYOUT', transactionType: 'PAYOUT', isCredit: false, words: 'Transfer to supplier' },
  { sourceType: 'CONVERSION', transactionType: 'CONVERSION_SELL', isCredit: false, words: 'Currency conversion' },
  { sourceType: 'CARD', transactionType: 'ISSUING_CAPTURE', isCredit: false, words: 'Company card purchase' },
  { sourceType: 'FEE', transactionType: 'FEE', isCredit: false, words: 'Account fee' },
]
const DAYS = 60
const DAY_MS = 86_400_000

/** Decimal places of a currency (ISO 4217); 2 unless listed. */
export function minorDigits(currency: string): number {
  return { JPY: 0, KRW: 0, BHD: 3, KWD: 3 }[currency] ?? 2
}

/** A JSON number, as Airwallex writes amounts. */
export function toNumber(minor: number, currency: string): number {
  return Number((minor / 10 ** minorDigits(currency)).toFixed(minorDigits(currency)))
}

/** The same 60 days of movements for the same account and day, newest first. */
export function ledgerOf(account: Account, now: number): Ledger {
  const { currencies, entries: count, text } = account.money
  const random = seeded(account.id)
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item
  const balances = new Map(
    currencies.map((currency) => [currency, count === 0 ? 0 : Math.floor(random() * 90_000_00) + 40_000_00]),
  )
  const start = Math.floor(now / DAY_MS) * DAY_MS - DAYS * DAY_MS
  const entries: Entry[] = []
  for (let index = 0; index < count; index += 1) {
    const currency = pick(currencies)
    const kind = pick(KINDS)
    const size = Math.floor(random() ** 3 * 8_000_00) + 1_00
    const fee = kind.isCredit || random() < 0.7 ? 0 : Math.floor(size * 0.003)
    const before = balances.get(currency) ?? 0
    const amount = kind.isCredit || before < size + fee ? size : -size
    balances.set(currency, before + amount - fee)
    entries.push({
      id: `txn_${createHash('sha256').update(`${account.id}/${index}`).digest('base64url').slice(0, 22)}`,
      currency,
      amount,
      fee,
      balance: before + amount - fee,
      at: start + Math.floor(((index + random()) / count) * DAYS * DAY_MS),
      kind,
      description: text ?? `${kind.words} ${1000 + index}`,
      status: index > count - 4 ? 'PENDING' : random() < 0.02 ? 'CANCELLED' : 'SETTLED',
    })
  }
  const summary = currencies.map((currency, index) => ({
    currency,
    available: balances.get(currency) ?? 0,
    pending: index === 0 && count > 0 ? 1_250_00 : 0,
    reserved: index === 1 ? 300_00 : 0,
  }))
  return { entries: entries.reverse(), balances: summary }
}

// mulberry32, seeded by the account's id.
function seeded(text: string): () => number {
  let state = createHash('sha256').update(text).digest().readUInt32LE(0)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
