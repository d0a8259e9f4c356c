import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currencyName, formatAmount, shareOf } from './money'

describe('amounts', () => {
  it.each([
    ['1234.5', 'EUR', '1,234.50'],
    ['0', 'USD', '0.00'],
    ['1234567', 'JPY', '1,234,567'],
    ['12.5', 'KWD', '12.500'],
    ['-12.34', 'GBP', '\u221212.34'],
    ['-0.00', 'GBP', '0.00'],
    ['007.10', 'GBP', '7.10'],
    ['99999999999999999999.99', 'USD', '99,999,999,999,999,999,999.99'],
    ['1.23456', 'USD', '1.23456'],
    ['10.5', 'JPY', '10.5'],
    ['5.10', 'XX9Z', '5.1'],
    ['not a number', 'USD', 'not a number'],
  ])('shows %s %s as %s', (amount, currency, shown) => {
    expect(formatAmount(amount, currency)).toBe(shown)
  })

  it('loses no digit of any amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 28n }), fc.integer({ min: 0, max: 8 }), (units, scale) => {
        const digits = units.toString().padStart(scale + 1, '0')
        const amount = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
        const [whole = '', fraction = ''] = formatAmount(amount, 'USD').replaceAll(',', '').split('.')
        expect(BigInt(whole + fraction.padEnd(8, '0'))).toBe(units * 10n ** BigInt(8 - scale))
      }),
    )
  })

  it('names a currency and leaves an unknown code unnamed', () => {
    expect(currencyName('EUR')).toBe('Euro')
    expect(currencyName('QQQ')).toBeNull()
    expect(currencyName('<b>')).toBeNull()
  })

  it('draws a share only where it means something', () => {
    expect(shareOf('25', '100')).toBe(0.25)
    expect(shareOf('0', '0')).toBeNull()
    expect(shareOf('-5', '100')).toBeNull()
    expect(shareOf('5', '-100')).toBeNull()
    expect(shareOf(null, '100')).toBeNull()
    expect(shareOf('120', '100')).toBeNull()
  })
})
