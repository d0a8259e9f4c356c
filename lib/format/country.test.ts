import { expect, it } from 'vitest'
import { countryName } from './country'

it('names a country by its code and shows an unknown code as it came', () => {
  expect(countryName('GB')).toBe('United Kingdom')
  expect(countryName('QX')).toBe('QX')
  expect(countryName('<b>')).toBe('<b>')
})
