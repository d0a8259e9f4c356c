declare const decimal: unique symbol

/** A decimal amount exactly as Airwallex wrote it, without exponent: `-12.340`. Never a float. */
export type DecimalString = string & { readonly [decimal]: true }

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,2}))?$/

/** Reads the text of a JSON number, or a string that holds one; exponents are written out. Null for anything else. */
export function parseDecimal(value: unknown): DecimalString | null {
  if (typeof value !== 'string') return null
  const match = DECIMAL.exec(value)
  if (!match) return null
  const [, sign = '', whole = '', fraction = '', exponent] = match
  if (exponent === undefined) return value as DecimalString
  const shift = Number(exponent)
  const digits = whole + fraction
  const point = whole.length + shift
  const left =
    point <= 0
      ? '0'
      : digits
          .slice(0, point)
          .padEnd(point, '0')
          .replace(/^0+(?=\d)/, '')
  const right = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point)
  return `${sign}${left}${right === '' ? '' : `.${right}`}` as DecimalString
}
