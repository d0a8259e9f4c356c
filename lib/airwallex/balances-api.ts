import { z } from 'zod'
import type { Secret } from '@/lib/vault/secret'
import { type ApiRead, bearerHeaders, type ReadPolicy, readApi } from './api-reader'
import { type DecimalString, parseDecimal } from './decimal'
import type { AirwallexConfig } from './endpoints'
import { type Recognizable, recognize, wireText } from './wire-text'

export type BalanceAccountType = Recognizable<'cash' | 'yield' | 'credit'>

/** Amounts are decimal strings as Airwallex wrote them; null where it wrote none. */
export type CurrencyBalance = {
  readonly accountType: BalanceAccountType
  /** ISO 4217 as Airwallex gives it; unknown codes are kept. */
  readonly currency: string
  readonly available: DecimalString | null
  readonly pending: DecimalString | null
  readonly reserved: DecimalString | null
  readonly prepayment: DecimalString | null
  readonly total: DecimalString | null
}

export type CurrentBalances = {
  /** By account type, then currency. */
  readonly balances: readonly CurrencyBalance[]
  /** Entries that could not be shown because they name no currency. */
  readonly unreadable: number
}

/** The reader hands numbers over as text; a caller without it (the SDK's types) has numbers. */
const amount = z
  .union([z.string(), z.number()])
  .transform((value) => parseDecimal(String(value)))
  .nullable()
  .catch(null)
  .default(null)

export const balanceSchema = z.object({
  account_type: wireText,
  currency: z.string().regex(/^[A-Za-z0-9]{2,10}$/),
  available_amount: amount,
  pending_amount: amount,
  reserved_amount: amount,
  prepayment_amount: amount,
  total_amount: amount,
})

const ACCOUNT_TYPES = ['cash', 'yield', 'credit'] as const

/** `GET /api/v1/balances/current`, of the cash account. Needs `balance:read`. */
export function readCurrentBalances(
  config: AirwallexConfig,
  accessToken: Secret,
  policy?: Partial<ReadPolicy>,
): Promise<ApiRead<CurrentBalances>> {
  const headers = bearerHeaders(config, accessToken)
  return readApi(config, { path: '/api/v1/balances/current', headers, parse: parseCurrentBalances }, policy)
}

/** A bare array on the wire; undefined for anything else. Numbers must come as text, or digits are lost. */
export function parseCurrentBalances(json: unknown): CurrentBalances | undefined {
  if (!Array.isArray(json)) return undefined
  const entries = json.slice(0, 1_000).map((entry: unknown) => balanceSchema.safeParse(entry))
  const balances = entries.flatMap(({ data }) => (data ? [asBalance(data)] : []))
  return {
    balances: balances.sort((one, other) => sortKey(one).localeCompare(sortKey(other), 'en')),
    unreadable: json.length - balances.length,
  }
}

function asBalance(entry: z.output<typeof balanceSchema>): CurrencyBalance {
  return {
    // Absent in older versions of the API, which had only this one.
    accountType: recognize(ACCOUNT_TYPES, entry.account_type?.toLowerCase() ?? null) ?? { known: 'cash' },
    currency: entry.currency.toUpperCase(),
    available: entry.available_amount,
    pending: entry.pending_amount,
    reserved: entry.reserved_amount,
    prepayment: entry.prepayment_amount,
    total: entry.total_amount,
  }
}

function sortKey({ accountType, currency }: CurrencyBalance): string {
  const rank = 'known' in accountType ? ACCOUNT_TYPES.indexOf(accountType.known) : ACCOUNT_TYPES.length
  return `${rank} ${currency}`
}
