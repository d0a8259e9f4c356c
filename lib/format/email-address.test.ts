import { describe, expect, it } from 'vitest'
import { asciiDomain, emailAddress } from './email-address'

describe('an email address', () => {
  it.each([
    ['Ada@Company.test', 'ada@company.test'],
    ['ops&fin@partner.example', 'ops&fin@partner.example'],
    ["o'brien+tag@partner.example", "o'brien+tag@partner.example"],
    ['ada@münchen.example', 'ada@xn--mnchen-3ya.example'],
    ['ada@MÜNCHEN.example', 'ada@xn--mnchen-3ya.example'],
    // The same letters, written with a combining mark.
    ['ada@mu\u0308nchen.example', 'ada@xn--mnchen-3ya.example'],
    ['ada@xn--mnchen-3ya.example', 'ada@xn--mnchen-3ya.example'],
    ['ada@фирма.рф', 'ada@xn--80apmps.xn--p1ai'],
    ['ada@firma.xn--p1ai', 'ada@firma.xn--p1ai'],
    ['ada@例え.テスト', 'ada@xn--r8jz45g.xn--zckzah'],
    ['ada@partner。example', 'ada@partner.example'],
  ])('%s is %s', (typed, address) => {
    expect(emailAddress(typed)).toBe(address)
    expect(emailAddress(address)).toBe(address)
  })

  it.each([
    '',
    'ada',
    '@company.test',
    'ada@',
    'ada@localhost',
    'ada@company',
    'ada@company..test',
    'ada@.company.test',
    'ada@company.test.',
    'ada@-company.test',
    'ada@company_a.test',
    'ada@127.0.0.1',
    'ada@[127.0.0.1]',
    'ada@0x7f.1',
    'ada@company.test:25',
    'ada@company.test/x',
    'ada@company%2etest',
    'ada@evil.test#company.test',
    'ada@company.test\r\nbcc:eve@evil.test',
    'ada@comp\u200bany.test ',
    'ada@xn--a.test',
    '.ada@company.test',
    'ada.@company.test',
    'a..da@company.test',
    'a da@company.test',
    '"a@evil.test"@company.test',
    'ada@evil.test@company.test',
    'Ada <ada@company.test>',
    'ädä@company.test',
    `${'a'.repeat(65)}@company.test`,
    `ada@${'a'.repeat(64)}.test`,
    `ada@${'abcdefghi.'.repeat(26)}test`,
  ])('is not %j', (typed) => {
    expect(emailAddress(typed)).toBeNull()
  })
})

it('a domain is known in each of its spellings', () => {
  expect(['München.example', 'xn--mnchen-3ya.example', 'XN--MNCHEN-3YA.example'].map(asciiDomain)).toEqual(
    Array.from({ length: 3 }, () => 'xn--mnchen-3ya.example'),
  )
})
