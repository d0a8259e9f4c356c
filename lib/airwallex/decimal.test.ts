import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDecimal } from './decimal'

describe('parseDecimal', () => {
  it.each([
    ['0', '0'],
    ['-0.00', '-0.00'],
    ['12.340', '12.340'],
    ['1e3', '1000'],
    ['1.5E+2', '150'],
    ['1.25e1', '12.5'],
    ['1e-7', '0.0000001'],
    ['-12.5e-3', '-0.0125'],
    ['0.5e1', '5'],
    ['0e5', '0'],
  ])('reads %s as %s', (text, decimal) => {
    expect(parseDecimal(text)).toBe(decimal)
  })

  it('writes every exponent out without changing the value', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.integer({ min: -20, max: 20 }),
        (digits, shift) => {
          const decimal = parseDecimal(`${digits}e${shift}`) ?? ''
          expect(decimal).toMatch(/^-?\d+(\.\d+)?$/)
          const [whole = '', fraction = ''] = decimal.split('.')
          const scaled = BigInt(whole + fraction) * (shift > 0 ? 1n : 10n ** BigInt(-shift))
          expect(scaled).toBe(digits * (shift > 0 ? 10n ** BigInt(shift) : 1n) * 10n ** BigInt(fraction.length))
        },
      ),
    )
  })

  it.each(['', ' 1', '1 ', '+1', 'Infinity', '1e100', '1'.repeat(31), 1, null, undefined])(
    'does not read %j',
    (value) => {
      expect(parseDecimal(value)).toBeNull()
    },
  )
})
