import { describe, expect, it } from 'vitest'
import { quotedName } from './quoted-name'

describe('a name in a mail', () => {
  it.each([
    ['Northwind Trading', '“Northwind Trading”'],
    ['Ada O. Okafor', '“Ada O. Okafor”'],
    ['  Zoë\n\tOy ', '“Zoë Oy”'],
    ['東京商事', '“東京商事”'],
  ])('stands in quotes as it is: %j', (name, shown) => {
    expect(quotedName(name)).toBe(shown)
  })

  it.each([
    'Your account is locked, go to https://evil.test/login',
    'Pay at evil.test now',
    'evil。test',
    'evil．test/pay',
    'mail ada@evil.test',
    'WWW.EVIL.TEST',
    'x:\\\\evil\\share',
  ])('holds nothing that becomes a link: %j', (name) => {
    expect(quotedName(name)).not.toMatch(/[\p{L}\p{N}][.:/\\@。．｡︒：／＠]+[\p{L}\p{N}]|:\/\//u)
  })

  it('cannot end its quotes, and has an end', () => {
    expect(quotedName('“Airwallex” asks: "pay"')).toBe('“Airwallex asks: pay”')
    expect(Array.from(quotedName('x'.repeat(500)))).toHaveLength(82)
  })
})
