import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainText, recognize, wireInstant } from './wire-text'

describe('plainText', () => {
  it.each([
    ['  Harbour Ltd ', 'Harbour Ltd'],
    ['a\u0000b\r\nc\u0085d', 'a b c d'],
    ['invoice \u202Egnp.exe', 'invoice gnp.exe'],
    ['\ud83d\ude00 \ud83d', '\ud83d\ude00 \ufffd'],
    ['日本語\u3000株式会社', '日本語 株式会社'],
    ['a\u2028b', 'a b'],
    ['\u0000\u202e ', null],
    ['', null],
  ])('turns %j into %j', (text, plain) => {
    expect(plainText(text)).toBe(plain)
  })

  it('is one storable line of at most 300 characters, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (value) => {
        const text = plainText(value) ?? ''
        expect(Array.from(text).length).toBeLessThanOrEqual(300)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        expect(Buffer.from(text).toString()).toBe(text)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('wireInstant', () => {
  it.each([
    ['2025-07-24T07:16:00+0000', '2025-07-24T07:16:00.000Z'],
    ['2025-07-24T07:16:00+00:00', '2025-07-24T07:16:00.000Z'],
    ['2025-07-24T07:16:00.123+0800', '2025-07-23T23:16:00.123Z'],
    ['2025-07-24T07:16:00Z', '2025-07-24T07:16:00.000Z'],
    ['2025-07-24', null],
    ['2025-07-24T07:16:00', null],
    ['2025-07-24T07:16:00.123', null],
    ['2025-07-24T07:16', null],
    ['2025-13-24T07:16:00Z', null],
    ['soon', null],
    [1_753_341_360, null],
    [undefined, null],
  ])('reads %j as %j', (text, instant) => {
    expect(wireInstant.parse(text)).toBe(instant)
  })
})

describe('recognize', () => {
  it('tells listed values from others and keeps both', () => {
    expect(recognize(['A'], 'A')).toEqual({ known: 'A' })
    expect(recognize(['A'], 'a')).toEqual({ unrecognized: 'a' })
    expect(recognize(['A'], null)).toBeNull()
  })
})
