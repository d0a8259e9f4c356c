import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './json'

const value = (text: string, options?: Parameters<typeof parseJson>[1]) => {
  const parsed = parseJson(text, options)
  return parsed.kind === 'parsed' ? parsed.value : parsed
}

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(value(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it.each(['', '{', '{"a":1', '<html>', 'nul', '{"a":1}x', '"unended', "{'a':1}", '[1,]', '\u{feff}{}'])(
    'calls %j unreadable',
    (text) => {
      expect(parseJson(text)).toEqual({ kind: 'unreadable' })
      expect(parseJson(text, { numbers: 'text' })).toEqual({ kind: 'unreadable' })
    },
  )

  it.each([
    ['1.10', '1.10'],
    ['0.1', '0.1'],
    ['-0', '-0'],
    ['9007199254740993', '9007199254740993'],
    ['123456789012345678.90', '123456789012345678.90'],
    ['0.10000000000000000001', '0.10000000000000000001'],
    ['1E+2', '1E+2'],
  ])('keeps the number %s as it was written', (number, text) => {
    expect(value(`{"a": [${number} ,"x"], "b":${number}}`, { numbers: 'text' })).toEqual({ a: [text, 'x'], b: text })
  })

  it('changes nothing inside strings and keys', () => {
    const text = String.raw`{"1": "2", "a-1\"": "\\\" 3 [4", "t": true, "n": null}`
    expect(value(text, { numbers: 'text' })).toEqual(JSON.parse(text))
  })

  it('changes numbers and nothing else, whatever the document', () => {
    const asText = (node: unknown): unknown => {
      if (typeof node === 'number') return node
      if (Array.isArray(node)) return node.map(asText)
      if (node && typeof node === 'object')
        return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, asText(v)]))
      return node
    }
    const document = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' })
    fc.assert(
      fc.property(document, (node) => {
        const text = JSON.stringify(node)
        const quoted = JSON.stringify(JSON.parse(text, (_key, v) => (typeof v === 'number' ? JSON.stringify(v) : v)))
        expect(value(text, { numbers: 'text' })).toEqual(JSON.parse(quoted))
        expect(value(text)).toEqual(asText(JSON.parse(text)))
      }),
      { numRuns: 1_000 },
    )
  })

  it('refuses depth before it parses, and counts no brackets inside strings', () => {
    expect(parseJson('['.repeat(33) + ']'.repeat(33))).toEqual({ kind: 'unreadable' })
    expect(parseJson('['.repeat(32) + ']'.repeat(32)).kind).toBe('parsed')
    expect(parseJson('['.repeat(500_000))).toEqual({ kind: 'unreadable' })
    expect(parseJson(JSON.stringify('['.repeat(1_000))).kind).toBe('parsed')
  })

  it('reads a megabyte of numbers or of one string', () => {
    const numbers = JSON.stringify(Array.from({ length: 150_000 }, (_, index) => index))
    const string = JSON.stringify('\\"'.repeat(250_000))
    // What grows with the square of the length would not end before the runner gives up.
    expect(parseJson(numbers, { numbers: 'text' }).kind).toBe('parsed')
    expect(parseJson(string, { numbers: 'text' }).kind).toBe('parsed')
  })

  it('gives no prototype to a document that names one', () => {
    expect(Object.getPrototypeOf(value('{"__proto__": {"admin": true}}'))).toBe(Object.prototype)
  })
})
