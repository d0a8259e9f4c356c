const DECIMAL = /^-?\d+(?:\.(\d+))?$/

/**
 * A decimal string with the currency's decimals and grouped digits: ("1234.5", "EUR") gives "1,234.50". Decimals beyond
 * the currency's stay and are never rounded away. `Intl.NumberFormat` reads the string exactly, without a float
 * (ECMA-402, 15.5.16). Text that is not a decimal is returned unchanged.
 */
export function formatAmount(amount: string, currency: string): string {
  const match = DECIMAL.exec(amount)
  if (!match) return amount
  const significant = (match[1] ?? '').replace(/0+$/, '').length
  return numberFormat(/^[A-Z]{3}$/.test(currency) ? currency : null, significant)
    .format(amount as Intl.StringNumericLiteral)
    .replace('-', '\u2212')
}

// Making a formatter costs more than the rest of a row.
const formats = new Map<string, Intl.NumberFormat>()

function numberFormat(currency: string | null, significant: number): Intl.NumberFormat {
  const key = `${currency} ${significant}`
  const known = formats.get(key)
  if (known) return known
  const minimumFractionDigits = currency === null ? 0 : currencyDigits(currency)
  const maximumFractionDigits = Math.min(100, Math.max(minimumFractionDigits, significant))
  const format = new Intl.NumberFormat('en-US', {
    minimumFractionDigits,
    maximumFractionDigits,
    signDisplay: 'negative',
  })
  formats.set(key, format)
  return format
}

/** How many decimals people write for the currency, by Unicode CLDR. */
const currencyDigits = (currency: string): number =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency }).resolvedOptions().minimumFractionDigits ?? 0

const names = new Intl.DisplayNames('en-US', { type: 'currency', fallback: 'none' })

/** "Euro" for "EUR"; null for a code no one has named. */
export function currencyName(currency: string): string | null {
  return /^[A-Z]{3}$/.test(currency) ? (names.of(currency) ?? null) : null
}

/**
 * What share of `whole` a part is, from 0 to 1, for drawing only. Null where that means nothing: nothing there, or a
 * negative amount.
 */
export function shareOf(part: string | null, whole: string | null): number | null {
  if (part === null || whole === null) return null
  const share = Number(part) / Number(whole)
  return Number.isFinite(share) && share >= 0 && share <= 1 && Number(whole) > 0 ? share : null
}
