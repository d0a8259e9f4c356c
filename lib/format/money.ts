const digitsOfCurrency = new Map<string, number>()

/** How many decimals the currency has by ISO 4217; null for a code that Intl does not take. */
function currencyDigits(currency: string): number | null {
  const known = digitsOfCurrency.get(currency)
  if (known !== undefined) return known
  if (!/^[A-Z]{3}$/.test(currency)) return null
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  digitsOfCurrency.set(currency, digits)
  return digits
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/

/**
 * A decimal string with the currency's decimals and grouped digits: ("1234.5", "EUR") is "1,234.50". Decimals beyond the
 * currency's are kept, never rounded away; no float is involved. Text that is no decimal is returned as it came.
 */
export function formatAmount(amount: string, currency: string): string {
  const match = DECIMAL.exec(amount)
  if (!match) return amount
  const [, sign = '', whole = '', fraction = ''] = match
  const digits = currencyDigits(currency) ?? 0
  const significant = fraction.replace(/0+$/, '')
  const decimals = significant.padEnd(digits, '0')
  const grouped = whole.replace(/^0+(?=\d)/, '').replace(/\B(?=(\d{3})+$)/g, ',')
  const isZero = /^0*$/.test(whole + fraction)
  return `${sign && !isZero ? '\u2212' : ''}${grouped}${decimals ? `.${decimals}` : ''}`
}

const names = new Intl.DisplayNames('en-US', { type: 'currency', fallback: 'none' })

/** "Euro" for "EUR"; null for a code nobody has named. */
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
