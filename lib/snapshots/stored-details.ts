import { z } from 'zod'
import type { AccountDetails } from '@/lib/airwallex/account-api'
import type { CurrencyBalance, CurrentBalances } from '@/lib/airwallex/balances-api'
import { parseDecimal } from '@/lib/airwallex/decimal'

// What snapshots hold was written by some release of this product, not necessarily this one: a field that it did not
// know reads as absent.

const text = z.string().nullable().catch(null).default(null)
const texts = z.array(z.string()).catch([]).default([])
const recognizable = <Known extends string>() =>
  z
    .union([
      z.object({ known: z.custom<Known>((value) => typeof value === 'string') }),
      z.object({ unrecognized: z.string() }),
    ])
    .nullable()
    .catch(null)
    .default(null)

const accountDetails = z.object({
  airwallexAccountId: text,
  displayName: text,
  nickname: text,
  businessName: text,
  businessNameEnglish: text,
  tradingName: text,
  legalEntityType: recognizable(),
  businessStructure: recognizable(),
  country: text,
  operatingCountries: texts,
  status: recognizable(),
  createdAt: text,
})

const amount = z.string().transform(parseDecimal).nullable().catch(null).default(null)

const balances = z.object({
  balances: z
    .array(
      z.object({
        accountType: recognizable<'cash'>().transform((type) => type ?? { known: 'cash' as const }),
        currency: z.string(),
        available: amount,
        pending: amount,
        reserved: amount,
        prepayment: amount,
        total: amount,
      }),
    )
    .catch([])
    .default([]),
  unreadable: z.number().int().catch(0).default(0),
})

/** Account details as they were stored; null where nothing readable is. */
export function storedAccountDetails(json: unknown): AccountDetails | null {
  const parsed = accountDetails.safeParse(json)
  return parsed.success ? (parsed.data as AccountDetails) : null
}

/** Balances as they were stored; null where nothing readable is. */
export function storedBalances(json: unknown): CurrentBalances | null {
  const parsed = balances.safeParse(json)
  return parsed.success ? { ...parsed.data, balances: parsed.data.balances as readonly CurrencyBalance[] } : null
}
